//! What a fact adds to the stock of its shop.

use crate::{fact::Fact, receipt::ReceiptLine, stock::StockMove};

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
