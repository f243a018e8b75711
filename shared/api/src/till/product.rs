//! Products and their stock, as the till shows and edits them.

use duka_core::{Money, NumberForm, ProductId, Quantity, TaxRate, Unit};

/// A product with the shop's stock of it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Product {
    /// Its id.
    pub product: ProductId,
    /// Its fields.
    #[serde(flatten)]
    pub fields: ProductFields,
    /// In this shop by the books; may be below zero.
    pub stock: Quantity,
    /// What is left of it in units that it was counted in before.
    #[serde(default)]
    pub other_stock: Vec<Quantity>,
}

/// What can be edited of a product. Also the body of the catalogue API.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductFields {
    /// 1 to 200 characters.
    pub name: String,
    /// The shop's own code; empty for none.
    #[serde(default)]
    pub code: String,
    /// Tax included, ≥ 0.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Money))]
    pub price: Money,
    /// The tax included, parts per million.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = u32))]
    pub rate: TaxRate,
    /// How it is counted.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Unit))]
    pub unit: Unit,
    /// Whether it is sold.
    #[serde(default = "yes")]
    pub active: bool,
    /// The codes on its packages.
    #[serde(default)]
    pub barcodes: Vec<String>,
}

const fn yes() -> bool {
    true
}

/// The first products whose name has words beginning so, or whose code or barcode is so.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ProductSearch {
    /// As typed so far.
    pub text: String,
    /// At most 50.
    pub limit: u32,
}

/// Which products, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ProductQuery {
    /// As in [`ProductSearch`]; empty for all.
    #[serde(default)]
    pub find: String,
    /// Also those that are not sold any more.
    #[serde(default)]
    pub inactive: bool,
    /// Where the last page ended.
    #[serde(default)]
    pub after: Option<String>,
}

/// Makes or edits a product.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SaveProduct {
    /// Which; none for a new one.
    pub product: Option<ProductId>,
    /// The fields as they were when editing began: only what differs from them is changed, so that somebody else's edit of another field
    /// survives. None for a new one.
    pub before: Option<ProductFields>,
    /// The fields as they should be.
    pub fields: ProductFields,
}

/// Imports a CSV file.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ImportFile {
    /// Its path on this computer.
    pub path: String,
    /// How amounts are written in it; none when the file is to speak for itself.
    #[serde(default)]
    pub number_form: Option<NumberForm>,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportProgress {
    /// Rows done.
    pub done: u64,
    /// Rows in all.
    pub total: u64,
}

/// What an import did: all rows, or none when there are faults.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportReport {
    /// Rows read.
    pub rows: u64,
    /// Products made.
    pub added: u64,
    /// Products changed.
    pub changed: u64,
    /// Rows that say what is there already.
    pub unchanged: u64,
    /// What is wrong, at most the first 100.
    pub faults: Vec<RowFault>,
    /// How many faults there are in all; above zero nothing was imported.
    pub fault_count: u64,
    /// Whether nothing was imported because the file's amounts can be read in two ways: ask, and import it again with the answer.
    #[serde(default)]
    pub ask_number_form: bool,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowFault {
    /// Line of the file, from 1; the header is line 1.
    pub row: u64,
    /// The column's header; empty when it concerns the whole row.
    pub column: String,
    /// What, and what to do.
    pub detail: String,
}

/// Corrects the stock of a product.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AdjustStock {
    /// Which.
    pub product: ProductId,
    /// How much came (positive) or went (negative); not 0.
    pub quantity: Quantity,
    /// Why.
    pub reason: StockReason,
    /// In words, at most 200 characters.
    #[serde(default)]
    pub note: String,
}

/// Why stock changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockReason {
    /// Goods came in.
    Received,
    /// More or less was there than the books said.
    Counted,
    /// Broken or spoilt.
    Damaged,
    /// Gone.
    Lost,
    /// Anything else; the note says what.
    Other,
}
