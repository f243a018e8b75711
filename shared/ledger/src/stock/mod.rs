//! Stock: how much of each product a shop has by the books.

mod fact;
mod moves;

pub use fact::{StockMoved, StockReason};
pub use moves::StockMove;

use crate::table::table;
use duka_core::{ProductId, Unit};

table! {
    /// The stock of a product in a shop, apart for each unit in which it was ever counted.
    StockRow = "stock", Shop, Sum, key 2 {
        /// Which product.
        product: ProductId,
        /// In what unit.
        unit: Unit,
        /// Thousandths of the unit; below zero when more was sold than came. Bounded as [`crate::rule::MAX_MOVED`] says.
        thousandths: i64,
    }
}
