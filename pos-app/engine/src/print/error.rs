//! Why a document was not queued or printed again.

use crate::platform::StoreError;
use duka_api::Problem;
use duka_core::{ErrorCode, PrintJobId};

/// Why a document was not queued or printed again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintError {
    /// No such job, or it was printed.
    #[error("Print job {0} does not wait any more.")]
    NotFound(PrintJobId),
    /// Neither of the two widths.
    #[error("Paper is 58 or 80 mm wide, not {0} mm.")]
    Paper(u16),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PrintError> for Problem {
    fn from(error: PrintError) -> Self {
        match error {
            PrintError::NotFound(_) => Self::new(ErrorCode::NotFound, error.to_string()),
            PrintError::Paper(_) => Self::new(ErrorCode::InvalidInput, error.to_string()),
            PrintError::Store(store) => store.into(),
        }
    }
}
