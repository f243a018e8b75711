//! Refunds and copies.

use super::Till;
use crate::{
    basket::BasketError,
    platform::money,
    receipt::{self, ReceiptError},
    refund::{self, RefundError},
};
use duka_api::till::{ReceiptRef, Refund, RefundDone};
use duka_ledger::Sale;

impl Till {
    /// Prints a receipt again, marked as a copy; the journal says so.
    pub fn receipt_reprint(&mut self, which: &ReceiptRef) -> Result<(), ReceiptError> {
        let key = self.shared.key();
        self.commit(|books| receipt::reprint(books, which, key.as_deref()))
    }

    /// Gives money back. Asking again for the same refund gives the same answer and refunds nothing more (I2).
    pub fn refund_complete(&mut self, refund: &Refund) -> Result<RefundDone, RefundError> {
        let refund = &Refund { refund: self.meant(refund.refund), ..refund.clone() };
        let key = self.shared.key();
        let given_back = self.commit(|books| refund::complete(books, refund, key))?;
        if self.basket.as_ref().is_some_and(|basket| basket.receipt == refund.refund) {
            let fresh = self.fresh_receipt();
            self.basket.iter_mut().for_each(|basket| basket.renumber(fresh));
        }
        self.refunded(&given_back)
    }

    fn refunded(&self, sale: &Sale) -> Result<RefundDone, RefundError> {
        Ok(RefundDone {
            receipt: sale.receipt,
            number: sale.paper_number(),
            gross: money(sale.gross, sale.currency)?,
            basket: self.basket().map_err(|fault: BasketError| RefundError::Basket(fault))?,
        })
    }
}
