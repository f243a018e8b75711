//! What can go wrong with writing a fact.

use crate::platform::{OpenError, StoreError, Unusable};
use duka_api::Problem;
use duka_core::ErrorCode;
use duka_ledger::{EntryError, Unwritable};

/// A fact that was not written; nothing changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// The till belongs to no company yet.
    #[error("This till is not enrolled with a company yet. Enter the server's address and a code from the admin first.")]
    NotEnrolled,
    /// Too much for one entry.
    #[error("This is too large for one journal entry ({0}). Split it into smaller parts.")]
    Entry(#[from] EntryError),
    /// Its body cannot be written.
    #[error("The fact cannot be written: {0}")]
    Fact(#[from] Unwritable),
    /// The server has revoked this till: what it writes counts for nothing, so it writes nothing.
    #[error(
        "This till was revoked by your admin: what it wrote since does not count, so nothing was changed. It can go on once the admin releases \
         it, or be set up again with a new code (Settings, Set up again)."
    )]
    Revoked,
    /// It would break a rule of the journal: past what one till may hold, or a fault of Duka.
    #[error("The journal does not admit this: {0}. Nothing was changed.")]
    Refused(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<JournalError> for Unusable {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Store(fault) => fault.into(),
            other => Self::Open(OpenError::Io(other.to_string())),
        }
    }
}

impl From<JournalError> for Problem {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::NotEnrolled => Self::new(ErrorCode::NotEnrolled, error.to_string()),
            JournalError::Revoked => Self::new(ErrorCode::DeviceRevoked, error.to_string()),
            JournalError::Entry(_) => Self::new(ErrorCode::TooLarge, error.to_string()),
            JournalError::Fact(_) | JournalError::Refused(_) => {
                tracing::error!(%error, "journal fault");
                Self::new(ErrorCode::Internal, error.to_string())
            }
            JournalError::Store(store) => store.into(),
        }
    }
}
