//! Why an exchange could not be made.

use crate::{journal::JournalError, platform::StoreError};
use duka_api::Problem;
use duka_core::ErrorCode;
use duka_sync::EnvelopeError;

/// Why an exchange could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    /// The private key is gone.
    #[error("This till's private key is not in the key store any more, so it cannot speak to the server. Enrol it again as a new device.")]
    NoKey,
    /// What came is not an answer.
    #[error("The server's answer cannot be used: {0}")]
    Answer(#[from] EnvelopeError),
    /// Another server answered.
    #[error("Another server answered than the one this till belongs to. Check the address.")]
    OtherServer,
    /// The database or journal failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl From<StoreError> for SyncError {
    fn from(error: StoreError) -> Self {
        Self::Journal(error.into())
    }
}

impl From<SyncError> for Problem {
    fn from(error: SyncError) -> Self {
        let code = match error {
            SyncError::Journal(journal) => return journal.into(),
            SyncError::NoKey | SyncError::OtherServer => ErrorCode::DeviceRefused,
            SyncError::Answer(EnvelopeError::Signature) => ErrorCode::DeviceRefused,
            SyncError::Answer(EnvelopeError::Malformed(_)) => ErrorCode::Unavailable,
        };
        Self::new(code, error.to_string())
    }
}
