//! Why an exchange could not be made.

use crate::{
    journal::JournalError,
    platform::{KeyError, StoreError},
};
use duka_api::Problem;
use duka_core::ErrorCode;
use duka_sync::{EnvelopeError, FailureKind};

/// Why an exchange could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyncError {
    /// The private key is gone.
    #[error(
        "This till's private key is not in this computer's key store, so it cannot speak to the server. It keeps selling. Unlock the key store and start the till again; if the key is lost, set the till up again with a new code (Settings, Set up again)."
    )]
    NoKey,
    /// What came is not an answer, not to this request, or not from this till's server.
    #[error("The server's answer cannot be used: {0}. Check the server's address.")]
    Answer(#[from] EnvelopeError),
    /// The key store cannot be used at this moment.
    #[error("{0}. The till sells on and tries again by itself.")]
    Key(#[from] KeyError),
    /// The database or journal failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl SyncError {
    /// What follows from it for the link.
    pub fn failure(&self) -> FailureKind {
        match self {
            Self::NoKey => FailureKind::Untrusted,
            Self::Answer(fault) => fault.into(),
            // The disk, the database or the key store: sales go on, and the next try may do.
            Self::Key(_) | Self::Journal(_) => FailureKind::Busy,
        }
    }
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
            SyncError::NoKey => ErrorCode::DeviceRefused,
            SyncError::Answer(_) | SyncError::Key(_) => ErrorCode::Unavailable,
        };
        Self::new(code, error.to_string())
    }
}
