//! Correcting stock.

use super::StockError;
use crate::books::{Books, Decision, Draft};
use duka_api::till::{AdjustStock, StockReason as Reason};
use duka_core::{ProductId, Quantity, StockMoveId, Unit, limit};
use duka_ledger::{Fact, StockMoved, StockReason};

/// Adds to or takes from the stock of a product that is counted in `unit`, with a reason.
pub(crate) fn adjust(books: &Books<'_>, adjust: &AdjustStock, unit: Unit) -> Result<Decision<()>, StockError> {
    if adjust.quantity.is_zero() {
        return Err(StockError::Zero);
    }
    if !limit::fits(&adjust.note, limit::NOTE) {
        return Err(StockError::Note);
    }
    if unit != adjust.quantity.unit() {
        return Err(StockError::Unit { product: unit, given: adjust.quantity.unit() });
    }
    Ok(Decision::new((), [moved(books, adjust.product, adjust.quantity, reason(adjust.reason), &adjust.note)]))
}

/// The fact of a move.
pub(crate) fn moved(books: &Books<'_>, product: ProductId, quantity: Quantity, reason: StockReason, note: &str) -> Draft {
    let id = StockMoveId::new(books.now.at, books.entropy);
    Draft::by_operator(Fact::StockMoved(StockMoved { id, product, quantity, reason, note: note.to_owned() }))
}

const fn reason(reason: Reason) -> StockReason {
    match reason {
        Reason::Received => StockReason::Received,
        Reason::Counted => StockReason::Counted,
        Reason::Damaged => StockReason::Damaged,
        Reason::Lost => StockReason::Lost,
        Reason::Other => StockReason::Other,
    }
}
