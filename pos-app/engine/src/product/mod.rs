//! Products: finding, editing, and their tables as folds over record changes.

mod command;
mod error;
mod follow;
mod query;
mod store;
mod words;

pub(crate) use command::{save, save_made, save_over};
pub use error::ProductError;
pub(crate) use follow::{TABLES, clear_in_tx, follow_in_tx, forget_in_tx, show_made_in_tx};
pub(crate) use query::{Scanned, candidates, list, scan, search, view};
pub(crate) use store::{Shown, WORDS, find, sellable};

use duka_core::{Money, ProductId, TaxRate, Unit};
use duka_records::Product;

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
