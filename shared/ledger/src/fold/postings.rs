//! What a fact adds to the accounts of its shop.

use crate::{
    account::{Account, Posting, PostingError, of_closing, of_opening, of_sale, reversed, transfer},
    fact::Fact,
};
use duka_core::planted;

/// What `fact` posts; empty for facts that move no money. The amounts always sum to zero (I5).
pub fn postings(fact: &Fact) -> Result<Vec<Posting>, PostingError> {
    match fact {
        Fact::SaleCompleted(sale) => of_sale(sale),
        Fact::RefundCompleted(refund) => {
            let mut all: Vec<Posting> = of_sale(&refund.refund)?.into_iter().map(reversed).collect::<Result<_, _>>()?;
            if planted::is(planted::Bug::TaxKept) {
                all.retain(|posting| !matches!(posting.account, Account::Tax(_)));
            }
            Ok(all)
        }
        Fact::ShiftOpened(shift) => of_opening(shift),
        Fact::ShiftClosed(shift) => of_closing(shift),
        Fact::AccountAdjusted(moved) => transfer(moved.debit, moved.credit, moved.currency, moved.amount),
        Fact::DeviceCertified(_)
        | Fact::DeviceStandingChanged(_)
        | Fact::SaleAborted(_)
        | Fact::StockMoved(_)
        | Fact::RecordChanged(_)
        | Fact::ReceiptReprinted(_)
        | Fact::TechnicalEvent(_) => Ok(Vec::new()),
    }
}
