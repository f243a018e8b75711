//! What can go wrong with an exchange as a whole. A refused batch is no error: the answer tells of it.

use crate::{
    company::CompanyError,
    device::DeviceError,
    journal::JournalError,
    platform::{db::DbError, http::Fault},
    product::ProductError,
};
use duka_core::{DeviceId, ErrorCode};
use duka_sync::{EnvelopeError, MAX_MESSAGE_BYTES, MOST_WAIT};

/// See each variant.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// Not zstd, or larger unpacked than any message.
    #[error("the body is not a compressed message of at most {most} MiB: {0}", most = MAX_MESSAGE_BYTES >> 20)]
    Body(String),
    /// Not a message, not signed by its sender, or not for this server.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// No device with this id was ever enrolled here.
    #[error("the device {0} is not enrolled here")]
    Unknown(DeviceId),
    /// The device's log is being folded again.
    #[error("what the device {0} wrote is judged anew, since what holds of it has changed; bring the rest in a moment")]
    Refolding(DeviceId),
    /// Others judge the same log at the same time, again and again.
    #[error("another process folds the log of the device {0} at the same time")]
    Contended(DeviceId),
    /// More patience than a look may have.
    #[error("a look waits at most {most} seconds for news, not {0}", most = MOST_WAIT.as_secs())]
    Wait(u64),
    /// The tables differ again each time that they are compared.
    #[error("the tables differ from the journal again each time that they are mended; the database is damaged")]
    NeverEqual,
    /// The company.
    #[error(transparent)]
    Company(#[from] CompanyError),
    /// The device.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A product's document.
    #[error(transparent)]
    Product(#[from] ProductError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<SyncError> for Fault {
    fn from(fault: SyncError) -> Self {
        match fault {
            SyncError::Body(_) | SyncError::Wait(_) => Self::told(ErrorCode::InvalidInput, &fault),
            SyncError::Envelope(EnvelopeError::Malformed(_) | EnvelopeError::TooMuch(_)) => Self::told(ErrorCode::InvalidInput, &fault),
            SyncError::Envelope(EnvelopeError::Signature) => Self::told(ErrorCode::Unauthenticated, &fault),
            SyncError::Envelope(EnvelopeError::Misdirected) => Self::told(ErrorCode::Forbidden, &fault),
            // Only what answers a request can be these.
            SyncError::Envelope(EnvelopeError::Acknowledgement | EnvelopeError::OtherRequest | EnvelopeError::OtherServer) => {
                Self::internal(&fault)
            }
            SyncError::Unknown(_) => Self::told(ErrorCode::NotEnrolled, &fault),
            SyncError::Refolding(_) | SyncError::Contended(_) => Self::told(ErrorCode::Unavailable, &fault),
            SyncError::NeverEqual => Self::internal(&fault),
            SyncError::Company(fault) => fault.into(),
            SyncError::Device(fault) => fault.into(),
            SyncError::Journal(fault) => fault.into(),
            SyncError::Product(fault) => fault.into(),
            SyncError::Db(fault) => fault.into(),
        }
    }
}
