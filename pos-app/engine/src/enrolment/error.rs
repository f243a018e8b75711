//! Why a till did not join.

use crate::{
    journal::JournalError,
    platform::{KeyError, StoreError},
};
use duka_api::Problem;
use duka_core::ErrorCode;

/// Why a till did not join a company.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnrolError {
    /// It has joined before.
    #[error("This till belongs to {company}, {shop}, already.")]
    AlreadyEnrolled {
        /// The company's name.
        company: String,
        /// The shop's name.
        shop: String,
    },
    /// Nobody asked to join.
    #[error("This till did not ask to join; start with the server's address and a code.")]
    NotBegun,
    /// The journal in this database is another company's or shop's.
    #[error("This database holds the journal of another shop. Use a code of that shop, or start with a fresh database.")]
    OtherHome,
    /// The server's answer makes no sense.
    #[error("The server's answer cannot be used: {0}. Check its address and version.")]
    Answer(String),
    /// The key cannot be kept.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The journal did not take it.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl From<StoreError> for EnrolError {
    fn from(error: StoreError) -> Self {
        Self::Journal(error.into())
    }
}

impl From<EnrolError> for Problem {
    fn from(error: EnrolError) -> Self {
        let code = match error {
            EnrolError::Journal(journal) => return journal.into(),
            EnrolError::AlreadyEnrolled { .. } | EnrolError::NotBegun | EnrolError::OtherHome => ErrorCode::Conflict,
            EnrolError::Answer(_) | EnrolError::Key(KeyError::Unavailable(_) | KeyError::Unreadable(_)) => ErrorCode::Internal,
        };
        Self::new(code, error.to_string())
    }
}
