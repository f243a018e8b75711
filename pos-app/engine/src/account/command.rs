//! Moving an amount between two accounts.

use super::AccountError;
use crate::books::{Books, Decision, Draft};
use duka_core::{Money, TransferId, limit};
use duka_ledger::{Account, AccountAdjusted, AdjustmentReason, Fact};

/// Debits one account and credits another; a negative amount goes the other way.
pub(crate) fn adjust(
    books: &Books<'_>,
    (debit, credit): (Account, Account),
    amount: Money,
    reason: AdjustmentReason,
    note: &str,
) -> Result<Decision<TransferId>, AccountError> {
    if amount.is_zero() {
        return Err(AccountError::Zero);
    }
    let currency = books.me.currency();
    if amount.currency() != currency {
        return Err(AccountError::Currency { books: currency, given: amount.currency() });
    }
    if !limit::fits(note, limit::NOTE) {
        return Err(AccountError::Note);
    }
    let id = TransferId::new(books.now.at, books.entropy);
    let fact = AccountAdjusted { id, debit, credit, currency, amount: amount.minor(), reason, note: note.to_owned() };
    Ok(Decision::new(id, [Draft::by_operator(Fact::AccountAdjusted(fact))]))
}
