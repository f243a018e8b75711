//! Products: finding, editing, and their tables as folds over record changes.

mod command;
mod error;
mod query;
mod search;
mod store;

pub(crate) use command::{change_in_tx, save_made_in_tx, save_over_in_tx};
pub use error::ProductError;
pub(crate) use query::{Scanned, scan, view};
pub(crate) use store::{clear_in_tx, digest, find, find_by_barcode, find_by_code, find_by_name, sellable};

use duka_core::{Money, ProductId, TaxRate, Unit};
use duka_records::{Document, Product};

/// A product in this database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) n: i64,
    pub(crate) id: ProductId,
    pub(crate) product: Product,
}

/// What selling needs of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sellable {
    pub(crate) id: ProductId,
    pub(crate) name: String,
    pub(crate) code: String,
    pub(crate) price: Money,
    pub(crate) rate: TaxRate,
    pub(crate) unit: Unit,
    pub(crate) active: bool,
}

/// A record's document and what it says, when the writer of a change has both at hand.
pub(crate) struct Known {
    pub(crate) document: Document,
    pub(crate) product: Product,
}
