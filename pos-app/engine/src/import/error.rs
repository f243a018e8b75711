//! Why an import did not go on.

use crate::{journal::JournalError, platform::StoreError, product::ProductError};
use duka_api::Problem;
use duka_core::ErrorCode;

/// Why an import did not go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Another runs.
    #[error("An import is under way; wait until it has ended.")]
    UnderWay,
    /// What was stored cannot be read.
    #[error("The stored import cannot be read: {0}. Import the file again; rows that are done change nothing.")]
    Stored(String),
    /// A product could not be saved.
    #[error(transparent)]
    Product(#[from] ProductError),
    /// The journal did not take it.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Journal(error.into())
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::UnderWay => Self::new(ErrorCode::Conflict, error.to_string()),
            ImportError::Stored(_) => Self::new(ErrorCode::Internal, error.to_string()),
            ImportError::Product(product) => product.into(),
            ImportError::Journal(journal) => journal.into(),
        }
    }
}
