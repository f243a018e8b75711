//! Why a shift was not opened or closed.

use crate::{journal::JournalError, platform::StoreError};
use duka_api::Problem;
use duka_core::{Currency, ErrorCode, Money, MoneyError, limit};

/// Why a shift was not opened or closed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShiftError {
    /// None is open.
    #[error("No shift is open at this register. Open one first.")]
    NoShift,
    /// One is open.
    #[error("A shift of {0} is open at this register. Close it first.")]
    Open(String),
    /// The basket has lines.
    #[error("The basket is not empty. Complete the sale or give it up, then close the shift.")]
    Basket,
    /// Nobody's name.
    #[error("Write who is at the till, in 1 to {most} characters.", most = limit::OPERATOR)]
    Operator,
    /// Below zero.
    #[error("Cash in the drawer cannot be below zero ({0}).")]
    Negative(Money),
    /// Not the company's currency.
    #[error("This till counts in {till}, not in {given}.")]
    Currency {
        /// The company's.
        till: Currency,
        /// What was given.
        given: Currency,
    },
    /// The sums are too large.
    #[error("The sums of this shift cannot be held: {0}.")]
    Money(#[from] MoneyError),
    /// The journal did not take it.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl From<StoreError> for ShiftError {
    fn from(error: StoreError) -> Self {
        Self::Journal(error.into())
    }
}

impl From<ShiftError> for Problem {
    fn from(error: ShiftError) -> Self {
        let code = match error {
            ShiftError::Journal(journal) => return journal.into(),
            ShiftError::NoShift => ErrorCode::NoShift,
            ShiftError::Open(_) => ErrorCode::ShiftOpen,
            ShiftError::Basket => ErrorCode::Conflict,
            ShiftError::Operator | ShiftError::Negative(_) | ShiftError::Currency { .. } | ShiftError::Money(_) => ErrorCode::InvalidInput,
        };
        Self::new(code, error.to_string())
    }
}
