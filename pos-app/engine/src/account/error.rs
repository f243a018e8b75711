//! Why an amount was not moved.

use crate::{journal::JournalError, platform::StoreError};
use duka_api::Problem;
use duka_core::{Currency, ErrorCode, limit};

/// Why an amount was not moved between accounts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// Nothing to move.
    #[error("An adjustment of nothing changes nothing; give an amount.")]
    Zero,
    /// Not the company's currency.
    #[error("This company's books are in {books}, not in {given}.")]
    Currency {
        /// The company's.
        books: Currency,
        /// What was given.
        given: Currency,
    },
    /// Too much text.
    #[error("The note has more than {most} characters; shorten it.", most = limit::NOTE)]
    Note,
    /// The journal did not take it.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl From<StoreError> for AccountError {
    fn from(error: StoreError) -> Self {
        Self::Journal(error.into())
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Zero | AccountError::Currency { .. } | AccountError::Note => {
                Self::new(ErrorCode::InvalidInput, error.to_string())
            }
            AccountError::Journal(journal) => journal.into(),
        }
    }
}
