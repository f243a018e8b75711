//! Joining: what a device says of itself, and what of an answer may be believed.

use super::{EnrolError, Member, store};
use duka_api::http::EnrolAnswer;
use duka_core::DeviceId;
use duka_ledger::DeviceCertified;
use rusqlite::Connection;

/// What a device says of itself when it asks to join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolBegun {
    /// Made here, kept until the server has answered: asking again is asking for the same.
    pub device: DeviceId,
    /// Its public key, 64 hexadecimal digits.
    pub public_key: String,
    /// What people call it.
    pub name: String,
}

impl EnrolBegun {
    pub(crate) fn new(device: DeviceId, public_key: &[u8; 32], name: &str) -> Self {
        Self { device, public_key: public_key.iter().map(|byte| format!("{byte:02x}")).collect(), name: name.to_owned() }
    }
}

/// The attempt to join that is not finished, if there is one.
pub(crate) fn pending(db: &Connection) -> Result<Option<store::Row>, EnrolError> {
    Ok(store::load(db)?)
}

/// The member that the server's answer makes of this till, where it makes sense for this database.
pub(crate) fn member_of(db: &Connection, server: &str, answer: &EnrolAnswer) -> Result<Member, EnrolError> {
    let row = store::load(db)?.ok_or(EnrolError::NotBegun)?;
    if row.home.as_ref().is_some_and(|home| (home.company, home.shop) != (answer.company, answer.shop)) {
        return Err(EnrolError::OtherHome);
    }
    if store::public_key(&answer.server_key).is_none() {
        return Err(EnrolError::Answer("its key is no Ed25519 key".into()));
    }
    if !DeviceCertified::is_series(&answer.series) {
        return Err(EnrolError::Answer(format!("the series ‘{}’ has not 1 to {} characters", answer.series, DeviceCertified::MAX_SERIES)));
    }
    row.answered(server, answer).member()?.ok_or(EnrolError::NotBegun)
}
