//! What a fact adds to the stock of its shop.

use crate::fact::{Fact, ReceiptLine};
use duka_core::{ProductId, Quantity};

/// A quantity added to a product's stock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StockMove {
    /// Which product.
    pub product: ProductId,
    /// How much came (positive) or went (negative).
    pub quantity: Quantity,
}

/// What `fact` does to the stock of the shop in whose log it stands: sold goods go, refunded goods come back.
pub fn stock_moves(fact: &Fact) -> Vec<StockMove> {
    match fact {
        Fact::SaleCompleted(sale) => {
            sale.lines.iter().map(|line| StockMove { product: line.product, quantity: line.quantity.negated() }).collect()
        }
        Fact::RefundCompleted(refund) => refund.refund.lines.iter().map(came_back).collect(),
        Fact::StockMoved(moved) => vec![StockMove { product: moved.product, quantity: moved.quantity }],
        Fact::DeviceCertified(_)
        | Fact::ShiftOpened(_)
        | Fact::SaleAborted(_)
        | Fact::AccountAdjusted(_)
        | Fact::ShiftClosed(_)
        | Fact::RecordChanged(_)
        | Fact::ReceiptReprinted(_)
        | Fact::TechnicalEvent(_) => Vec::new(),
    }
}

fn came_back(line: &ReceiptLine) -> StockMove {
    StockMove { product: line.product, quantity: line.quantity }
}
