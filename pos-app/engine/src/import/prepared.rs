//! A file that reads well, in the form in which a job keeps it.

use super::{ImportError, STEP_ROWS};
use duka_api::till::{ImportReport, RowFault};
use duka_core::{Barcode, Currency, Money, Quantity, TaxRate, Unit};
use duka_records::{
    Product,
    csv::{self, Column, FileFaults, FileForm, MAX_FAULTS, ProductRow, Refusal, RowMisfit},
};

/// A file that reads well: what [`crate::Till::import_begin`] takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// Rows in chunks of one step each.
    pub(super) chunks: Vec<Vec<ImportRow>>,
    pub(super) headers: Headers,
    total: u64,
}

/// The headers of columns in which a fault may still be found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Headers {
    pub(super) barcode: String,
    pub(super) code: String,
    pub(super) stock: String,
}

/// A row as it is stored. None of a field means that the file says nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub(super) struct ImportRow {
    /// Line of the file, from 1.
    #[n(0)]
    pub(super) row: u64,
    #[n(1)]
    name: String,
    /// A plain decimal of the till's currency.
    #[n(2)]
    price: String,
    #[n(3)]
    rate: Option<TaxRate>,
    #[n(4)]
    barcodes: Vec<String>,
    #[n(5)]
    code: Option<String>,
    #[n(6)]
    unit: Option<Unit>,
    #[n(7)]
    active: Option<bool>,
    /// A plain decimal; its unit is the product's when the file names none.
    #[n(8)]
    stock: Option<String>,
}

/// Reads and checks a whole CSV file of products priced in `currency`; a report with faults when anything in it is wrong,
/// and one that asks, when its numbers can be read in two ways.
pub fn prepare(bytes: &[u8], currency: Currency, form: FileForm) -> Result<Prepared, ImportReport> {
    let file = csv::parse_products(bytes, currency, form).map_err(|refusal| {
        let ask_number_form = matches!(refusal, Refusal::AskNumberForm(_));
        ImportReport { ask_number_form, ..refused(refusal.into_faults()) }
    })?;
    let header = |column| file.title(column).to_owned();
    let headers = Headers { barcode: header(Column::Barcode), code: header(Column::Code), stock: header(Column::Stock) };
    let total = u64::try_from(file.rows.len()).unwrap_or(u64::MAX);
    let mut chunks = Vec::with_capacity(file.rows.len().div_ceil(STEP_ROWS));
    let mut rows = file.rows.into_iter().map(ImportRow::from);
    loop {
        let chunk: Vec<ImportRow> = rows.by_ref().take(STEP_ROWS).collect();
        if chunk.is_empty() {
            return Ok(Prepared { chunks, headers, total });
        }
        chunks.push(chunk);
    }
}

fn refused(faults: FileFaults) -> ImportReport {
    let told = faults.first.into_iter().map(|fault| RowFault { row: fault.row, column: fault.column, detail: fault.detail });
    ImportReport { rows: faults.rows, faults: told.collect(), fault_count: faults.count, ..ImportReport::default() }
}

/// Collects faults: all are counted, the first are told.
pub(super) fn tell(report: &mut ImportReport, headers: &Headers, row: u64, misfit: &RowMisfit) {
    report.fault_count += 1;
    if report.faults.len() < MAX_FAULTS {
        let column = match misfit.column() {
            Some(Column::Barcode) => headers.barcode.clone(),
            Some(Column::Code) => headers.code.clone(),
            Some(Column::Stock) => headers.stock.clone(),
            _ => String::new(),
        };
        report.faults.push(RowFault { row, column, detail: misfit.to_string() });
    }
}

impl Prepared {
    /// How many rows there are.
    pub const fn rows(&self) -> u64 {
        self.total
    }
}

impl ImportRow {
    /// As it was read from the file.
    pub(super) fn read(self, currency: Currency) -> Result<ProductRow, ImportError> {
        let stored = |fault: &dyn std::fmt::Display| ImportError::Stored(format!("row {}: {fault}", self.row));
        let unit = self.unit.unwrap_or_default();
        let product = Product {
            name: self.name,
            code: self.code.unwrap_or_default(),
            price: Money::parse_plain(&self.price, currency).map_err(|fault| stored(&fault))?,
            rate: self.rate.unwrap_or_default(),
            unit,
            active: self.active.unwrap_or(true),
            barcodes: self.barcodes.iter().map(|code| Barcode::parse(code)).collect::<Result<_, _>>().map_err(|fault| stored(&fault))?,
        };
        let stock = self.stock.map(|text| Quantity::parse_plain(&text, unit)).transpose().map_err(|fault| stored(&fault))?;
        Ok(ProductRow { row: self.row, product, rate: self.rate, unit: self.unit, active: self.active, stock })
    }
}

impl From<ProductRow> for ImportRow {
    fn from(row: ProductRow) -> Self {
        Self {
            row: row.row,
            name: row.product.name,
            price: row.product.price.decimal(),
            rate: row.rate,
            barcodes: row.product.barcodes.into_iter().map(String::from).collect(),
            code: Some(row.product.code).filter(|code| !code.is_empty()),
            unit: row.unit,
            active: row.active,
            stock: row.stock.map(Quantity::decimal),
        }
    }
}
