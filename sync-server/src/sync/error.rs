//! What can go wrong with an exchange as a whole. A refused batch is no error: the answer tells of it.

use crate::{company::CompanyError, journal::JournalError, platform::db::DbError};
use duka_core::DeviceId;
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
    /// A person set it apart, or its log forked.
    #[error("the device {0} is quarantined: its log forked, or was copied; a manager must decide")]
    Quarantined(DeviceId),
    /// The message names another company.
    #[error("the device {0} does not belong to the company it names")]
    WrongCompany(DeviceId),
    /// More than a message may carry.
    #[error("a message carries at most 64 batches of 1000 entries and 2 MiB; this one has {0}")]
    TooMuch(String),
    /// The company.
    #[error(transparent)]
    Company(#[from] CompanyError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}
