//! What can go wrong with devices.

use crate::{company::CompanyError, journal::JournalError, platform::db::DbError};
use duka_core::DeviceId;

/// See each variant.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// Wrong, used by another device, or too old: which of them is not told.
    #[error("the enrolment code is wrong, used or expired; ask for a new one")]
    Code,
    /// Too many wrong codes.
    #[error("too many wrong enrolment codes; wait a minute")]
    TooManyGuesses,
    /// The id belongs to a device already.
    #[error("the device id {0} is taken; restored and copied devices take a new one")]
    Taken(DeviceId),
    /// Not a key.
    #[error("a public key is 64 hexadecimal digits of an Ed25519 point")]
    Key,
    /// Empty, too long, or with characters that cannot be printed.
    #[error("a device's name has 1 to 60 printable characters")]
    Name,
    /// Its company or register.
    #[error(transparent)]
    Company(#[from] CompanyError),
    /// The company's log cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}
