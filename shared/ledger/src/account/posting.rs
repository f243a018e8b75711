//! Double entry: debits are positive, credits negative; what a fact posts sums to zero (I5).

use super::Account;
use crate::{
    receipt::Sale,
    shift::{ShiftClosed, ShiftOpened},
};
use duka_core::Currency;

/// An amount added to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Where.
    pub account: Account,
    /// In what currency.
    pub currency: Currency,
    /// Minor units; debit positive, credit negative.
    pub amount: i64,
}

/// Amounts whose sums cannot be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the amounts of the fact are too large to be added up")]
pub struct PostingError;

pub(crate) fn reversed(posting: Posting) -> Result<Posting, PostingError> {
    Ok(Posting { amount: posting.amount.checked_neg().ok_or(PostingError)?, ..posting })
}

/// Debit the first, credit the second.
pub(crate) fn transfer(debit: Account, credit: Account, currency: Currency, amount: i64) -> Result<Vec<Posting>, PostingError> {
    if amount == 0 {
        return Ok(Vec::new());
    }
    let debit = Posting { account: debit, currency, amount };
    Ok(vec![debit, reversed(Posting { account: credit, ..debit })?])
}

/// The float goes from the safe into the drawer; that of a shift which goes on is there already.
pub(crate) fn of_opening(shift: &ShiftOpened) -> Result<Vec<Posting>, PostingError> {
    if shift.continues.is_some() {
        return Ok(Vec::new());
    }
    transfer(Account::Drawer(shift.register), Account::Safe, shift.currency, shift.float)
}

/// What was counted goes from the drawer into the safe; what is missing is told apart, so that the drawer is empty by the books.
pub(crate) fn of_closing(shift: &ShiftClosed) -> Result<Vec<Posting>, PostingError> {
    let drawer = Account::Drawer(shift.register);
    let missing = shift.expected_cash.checked_sub(shift.counted_cash).ok_or(PostingError)?;
    let mut all = transfer(Account::Safe, drawer, shift.currency, shift.counted_cash)?;
    all.extend(transfer(Account::CashDifference, drawer, shift.currency, missing)?);
    Ok(all)
}

/// Debit drawer: gross. Credit tax, per rate; credit sales: the rest.
pub(crate) fn of_sale(sale: &Sale) -> Result<Vec<Posting>, PostingError> {
    let credit = |account, amount: i64| reversed(Posting { account, currency: sale.currency, amount });
    let mut all = Vec::with_capacity(sale.taxes.len().saturating_add(2));
    let mut net = sale.gross;
    for total in &sale.taxes {
        net = net.checked_sub(total.tax).ok_or(PostingError)?;
        all.push(credit(Account::Tax(total.rate), total.tax)?);
    }
    all.push(credit(Account::Sales, net)?);
    all.push(Posting { account: Account::Drawer(sale.register), currency: sale.currency, amount: sale.gross });
    all.retain(|posting| posting.amount != 0);
    Ok(all)
}
