//! What can go wrong with the journal.

use crate::platform::{db::DbError, http::Fault, secret::SecretError};
use duka_core::{CompanyId, ErrorCode};
use duka_ledger::rule::{StoredVerdict, Verdict};

/// See each variant.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// No such company.
    #[error("there is no company {0}")]
    NoCompany(CompanyId),
    /// A fact of the server's own breaks a rule, so nothing was written.
    #[error("the journal does not take it: {}", .0.reason.as_deref().unwrap_or_default())]
    Refused(StoredVerdict),
    /// The server's own log is not whole.
    #[error("this server was restored from an older backup and is being filled up by the tills; try again in a minute")]
    FillingUp,
    /// An entry that this server wrote or kept cannot be read: the database is damaged, or Duka is wrong.
    #[error("a stored entry cannot be read: {0}")]
    Damaged(String),
    /// A fact of ours cannot be encoded.
    #[error("a fact cannot be encoded: {0}")]
    Encoding(String),
    /// The company's key cannot be made or opened.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<Verdict> for JournalError {
    fn from(verdict: Verdict) -> Self {
        Self::Refused(StoredVerdict::from(&verdict))
    }
}

impl From<JournalError> for Fault {
    fn from(fault: JournalError) -> Self {
        match fault {
            JournalError::NoCompany(_) => Self::told(ErrorCode::NotFound, &fault),
            JournalError::Refused(_) => Self::told(ErrorCode::InvalidInput, &fault),
            JournalError::FillingUp => Self::told(ErrorCode::Unavailable, &fault),
            JournalError::Secret(fault) => fault.into(),
            JournalError::Db(fault) => fault.into(),
            JournalError::Damaged(_) | JournalError::Encoding(_) => Self::internal(&fault),
        }
    }
}
