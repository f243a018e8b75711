//! Why a receipt was not found or printed.

use crate::{journal::JournalError, platform::StoreError};
use duka_api::Problem;
use duka_core::{ErrorCode, ReceiptId};

/// Why a receipt was not found or printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// No such receipt.
    #[error("Receipt {0} is not known at this till. If it was written at another till, wait until both have exchanged with the server.")]
    NotFound(ReceiptId),
    /// A scanned code whose signature does not fit.
    #[error("This receipt code is not genuine: {0}. Scan it again; if it stays so, do not refund on it.")]
    NotGenuine(String),
    /// Where a page begins cannot be read.
    #[error("The list cannot go on from ‘{0}’; start it again.")]
    Page(String),
    /// The journal did not take it.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl From<StoreError> for ReceiptError {
    fn from(error: StoreError) -> Self {
        Self::Journal(error.into())
    }
}

impl From<ReceiptError> for Problem {
    fn from(error: ReceiptError) -> Self {
        match error {
            ReceiptError::NotFound(_) => Self::new(ErrorCode::NotFound, error.to_string()),
            ReceiptError::NotGenuine(_) | ReceiptError::Page(_) => Self::new(ErrorCode::InvalidInput, error.to_string()),
            ReceiptError::Journal(journal) => journal.into(),
        }
    }
}
