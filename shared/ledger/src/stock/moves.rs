//! What a fact adds to the stock of its shop.

use crate::{fact::Fact, receipt::ReceiptLine};
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

/// What `fact` does to the stock of the shop in whose log it stands: sold goods go, refunded goods come back.
pub fn stock_moves(fact: &Fact) -> Vec<StockMove> {
    let of_line = |went| move |line: &ReceiptLine| StockMove { product: line.product, quantity: line.quantity, went };
    match fact {
        Fact::SaleCompleted(sale) => sale.lines.iter().map(of_line(true)).collect(),
        Fact::RefundCompleted(refund) => refund.refund.lines.iter().map(of_line(false)).collect(),
        Fact::StockMoved(moved) => vec![StockMove { product: moved.product, quantity: moved.quantity, went: false }],
        Fact::DeviceCertified(_)
        | Fact::DeviceStandingChanged(_)
        | Fact::ShiftOpened(_)
        | Fact::SaleAborted(_)
        | Fact::AccountAdjusted(_)
        | Fact::ShiftClosed(_)
        | Fact::RecordChanged(_)
        | Fact::ReceiptReprinted(_)
        | Fact::TechnicalEvent(_) => Vec::new(),
    }
}
