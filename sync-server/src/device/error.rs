//! What can go wrong with devices.

use super::Guesses;
use crate::{
    company::CompanyError,
    journal::JournalError,
    platform::{db::DbError, http::Fault},
};
use duka_core::{DeviceId, ErrorCode, RegisterId, ShopId};
use duka_sync::EnvelopeError;

/// See each variant.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// Wrong, used by another device, or too old: which of them is not told.
    #[error("the enrolment code is wrong, used or expired; ask for a new one")]
    Code,
    /// Too many wrong codes.
    #[error("too many wrong enrolment codes are being tried; wait a moment, then try again")]
    TooManyGuesses,
    /// The id belongs to a device already.
    #[error("the device id {0} is taken; restored and copied devices take a new one")]
    Taken(DeviceId),
    /// Past this, a shop's sums might not fit.
    #[error("the shop {0} has had {most} devices, and no shop can have more; make another shop", most = duka_ledger::rule::MAX_DEVICES)]
    TooMany(ShopId),
    /// It would fit on no receipt.
    #[error(
        "the register has had so many devices that the receipt numbers of the next one, which begin with '{0}', are too long; make another register"
    )]
    Series(String),
    /// No such device of the company.
    #[error("the company has no device {0}")]
    NoDevice(DeviceId),
    /// It was revoked.
    #[error(
        "the device {0} was revoked, so no other takes its place by itself; release it, or set the till up again with a new code (Settings, Set up again)"
    )]
    Revoked(DeviceId),
    /// It has gone on under other ids, of which nothing was said.
    #[error(
        "the device {0} has gone on as {list}, by itself as a copy or set up again; say whether these are revoked too, as for a till that was \
         stolen, or keep selling, as for a till that lives on elsewhere: 'successors' is 'revoke' or 'keep'",
        list = .1.join(", ")
    )]
    GoesOn(DeviceId, Vec<String>),
    /// Too many within a day.
    #[error("copies of the till at register {0} have asked {most} times within a day to be devices of their own; see why its computer keeps going back to older data", most = super::succession::MOST_A_DAY)]
    TooManySuccessors(RegisterId),
    /// The server itself.
    #[error("the device {0} is the company's server, which is never revoked")]
    Server(DeviceId),
    /// Not a request to join, or not signed by the device that it names over the code that this server made.
    #[error(transparent)]
    Request(#[from] EnvelopeError),
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

impl From<DeviceError> for Fault {
    fn from(fault: DeviceError) -> Self {
        match fault {
            DeviceError::Code => Self::told(ErrorCode::EnrolmentCode, &fault),
            DeviceError::Revoked(_) => Self::told(ErrorCode::DeviceRevoked, &fault),
            DeviceError::TooManySuccessors(_) => Self::told(ErrorCode::TooMany, &fault),
            DeviceError::TooManyGuesses => Self::told(ErrorCode::TooMany, &fault).after(Guesses::WAIT),
            DeviceError::Taken(_) | DeviceError::GoesOn(..) => Self::told(ErrorCode::Conflict, &fault),
            DeviceError::TooMany(_) | DeviceError::Series(_) => Self::told(ErrorCode::TooLarge, &fault),
            DeviceError::NoDevice(_) => Self::told(ErrorCode::NotFound, &fault),
            DeviceError::Request(EnvelopeError::Signature) => Self::told(ErrorCode::Unauthenticated, &fault),
            DeviceError::Request(_) | DeviceError::Name | DeviceError::Server(_) => Self::told(ErrorCode::InvalidInput, &fault),
            DeviceError::Company(fault) => fault.into(),
            DeviceError::Journal(fault) => fault.into(),
            DeviceError::Db(fault) => fault.into(),
        }
    }
}
