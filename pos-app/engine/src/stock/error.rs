//! Why stock was not changed.

use crate::{journal::JournalError, platform::StoreError};
use duka_api::Problem;
use duka_core::{ErrorCode, ProductId, Unit, limit};

/// Why stock was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StockError {
    /// No such product.
    #[error("No product {0} is known here.")]
    NotFound(ProductId),
    /// Nothing to change.
    #[error("A correction by nothing changes nothing; give a quantity.")]
    Zero,
    /// Of another unit than the product.
    #[error("This product is counted in {product:?}, not in {given:?}.")]
    Unit {
        /// The product's.
        product: Unit,
        /// What was given.
        given: Unit,
    },
    /// Too much text.
    #[error("The note has more than {most} characters; shorten it.", most = limit::NOTE)]
    Note,
    /// The journal did not take it.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl From<StoreError> for StockError {
    fn from(error: StoreError) -> Self {
        Self::Journal(error.into())
    }
}

impl From<StockError> for Problem {
    fn from(error: StockError) -> Self {
        match error {
            StockError::NotFound(_) => Self::new(ErrorCode::NotFound, error.to_string()),
            StockError::Zero | StockError::Unit { .. } | StockError::Note => Self::new(ErrorCode::InvalidInput, error.to_string()),
            StockError::Journal(journal) => journal.into(),
        }
    }
}
