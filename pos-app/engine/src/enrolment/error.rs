//! Why a till did not join.

use crate::{
    journal::JournalError,
    platform::{KeyError, StoreError},
};
use duka_api::Problem;
use duka_core::ErrorCode;
use duka_sync::EnvelopeError;

/// Why a till did not join a company.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnrolError {
    /// It has joined before.
    #[error("This till belongs to {company}, {shop}, already. To make it a new device there, use Settings, Set up again.")]
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
    #[error("This till holds the journal of another shop. Use a code of that shop, or start Duka with another data folder (--data).")]
    OtherHome,
    /// The server's answer makes no sense.
    #[error("The server's answer cannot be used: {0}. Check its address and version.")]
    Answer(String),
    /// Its key has not the fingerprint that stands in the code.
    #[error(
        "Another server answered than the one that made this code. Check the server's address. If it is right, somebody stands between this \
         till and the server: tell your admin."
    )]
    OtherServer,
    /// It is not what that server said to this request.
    #[error("The server's answer is not believed: {0}. Try again; if that does not help, tell your admin.")]
    Untrusted(EnvelopeError),
    /// The key cannot be kept.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The journal did not take it.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl From<EnvelopeError> for EnrolError {
    fn from(fault: EnvelopeError) -> Self {
        match fault {
            EnvelopeError::OtherServer => Self::OtherServer,
            EnvelopeError::Malformed(_) | EnvelopeError::TooMuch(_) => Self::Answer(fault.to_string()),
            fault => Self::Untrusted(fault),
        }
    }
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
            EnrolError::OtherServer | EnrolError::Untrusted(_) => ErrorCode::UntrustedServer,
            EnrolError::AlreadyEnrolled { .. } | EnrolError::NotBegun | EnrolError::OtherHome => ErrorCode::Conflict,
            EnrolError::Answer(_) | EnrolError::Key(KeyError::Unavailable(_) | KeyError::Unreadable(_)) => ErrorCode::Internal,
        };
        Self::new(code, error.to_string())
    }
}
