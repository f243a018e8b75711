//! Goods that come and go.

use duka_core::{ProductId, Quantity};

/// A quantity of a product that came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StockMove {
    /// Which product.
    pub product: ProductId,
    /// How much, as the fact says it.
    pub quantity: Quantity,
    /// Whether it went rather than came.
    pub went: bool,
}

impl StockMove {
    /// What is added to the stock, in thousandths of the quantity's unit.
    pub const fn thousandths(&self) -> Option<i64> {
        let thousandths = self.quantity.thousandths();
        if self.went { thousandths.checked_neg() } else { Some(thousandths) }
    }
}
