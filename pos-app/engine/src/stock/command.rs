//! Correcting stock.

use super::StockError;
use crate::{
    journal::{self, Audience, By, JournalError, Pen},
    platform, product,
    till::Till,
};
use duka_api::till::{AdjustStock, Product, StockReason as Reason};
use duka_core::{Entropy, ProductId, Quantity, StockMoveId};
use duka_ledger::{Fact, StockMoved, StockReason};
use rusqlite::Connection;

impl Till {
    /// Adds to or takes from a product's stock, with a reason.
    pub fn stock_adjust(&mut self, adjust: &AdjustStock) -> Result<Product, StockError> {
        let pen = self.pen()?;
        if adjust.quantity.is_zero() {
            return Err(StockError::Zero);
        }
        if adjust.note.chars().count() > 200 {
            return Err(StockError::Note);
        }
        let found = product::find(&self.db.connection, adjust.product)?.ok_or(StockError::NotFound(adjust.product))?;
        if found.product.unit != adjust.quantity.unit() {
            return Err(StockError::Unit { product: found.product.unit, given: adjust.quantity.unit() });
        }
        let tx = platform::begin(&mut self.db.connection)?;
        adjust_in_tx(&tx, &pen, self.settings.entropy.as_ref(), adjust.product, adjust.quantity, reason(adjust.reason), &adjust.note)?;
        platform::commit(tx)?;
        self.grew();
        Ok(product::view(&self.db.connection, &found)?)
    }
}

pub(crate) fn adjust_in_tx(
    tx: &Connection,
    pen: &Pen,
    entropy: &dyn Entropy,
    product: ProductId,
    quantity: Quantity,
    reason: StockReason,
    note: &str,
) -> Result<(), JournalError> {
    let id = StockMoveId::new(pen.now.at, entropy);
    let fact = Fact::StockMoved(StockMoved { id, product, quantity, reason, note: note.to_owned() });
    journal::append_in_tx(tx, pen, Audience::Shop, By::Operator, &fact, None).map(|_| ())
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
