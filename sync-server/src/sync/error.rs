//! What can go wrong with an exchange as a whole. A refused batch is no error: the answer tells of it.

use crate::{
    company::CompanyError,
    device::DeviceError,
    journal::JournalError,
    platform::{db::DbError, http::Fault},
    product::ProductError,
};
use duka_core::{DeviceId, ErrorCode};
use duka_sync::EnvelopeError;

/// See each variant.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// Not zstd, or larger unpacked than any message.
    #[error("the body is not a compressed message of at most 8 MiB: {0}")]
    Body(String),
    /// Not a message, or not signed by its sender.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// No device with this id was ever enrolled here.
    #[error("the device {0} is not enrolled here")]
    Unknown(DeviceId),
    /// Its log forked.
    #[error("the device {0} is quarantined: its log forked, or was copied; a manager must decide")]
    Quarantined(DeviceId),
    /// The message names another company.
    #[error("the device {0} does not belong to the company it names")]
    WrongCompany(DeviceId),
    /// More than a message may carry.
    #[error("a message carries at most 64 batches of 1000 entries and 2 MiB; this one has {0}")]
    TooMuch(String),
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
            SyncError::Body(_) | SyncError::Envelope(EnvelopeError::Malformed(_)) => Self::told(ErrorCode::InvalidInput, &fault),
            SyncError::Envelope(EnvelopeError::Signature) => Self::told(ErrorCode::Unauthenticated, &fault),
            SyncError::Unknown(_) => Self::told(ErrorCode::NotEnrolled, &fault),
            SyncError::Quarantined(_) => Self::told(ErrorCode::DeviceRefused, &fault),
            SyncError::WrongCompany(_) => Self::told(ErrorCode::Forbidden, &fault),
            SyncError::TooMuch(_) => Self::told(ErrorCode::TooLarge, &fault),
            SyncError::NeverEqual => Self::internal(&fault),
            SyncError::Company(fault) => fault.into(),
            SyncError::Device(fault) => fault.into(),
            SyncError::Journal(fault) => fault.into(),
            SyncError::Product(fault) => fault.into(),
            SyncError::Db(fault) => fault.into(),
        }
    }
}
