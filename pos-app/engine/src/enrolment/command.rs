//! Joining: what a device says of itself, and what of an answer may be believed.

use super::{EnrolError, Member, store};
use crate::{journal, platform::StoreError};
use duka_api::http::EnrolAnswer;
use duka_core::DeviceId;
use duka_ledger::{DeviceCertified, Head, PublicKey};
use duka_sync::EnrolTicket;
use rusqlite::Connection;

/// The device that asks to join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolBegun {
    /// Made here, kept until the server has answered: asking again is asking for the same.
    pub device: DeviceId,
    /// Its public key.
    pub public_key: PublicKey,
}

/// A request to join that can be sent, and what its answer is opened with.
#[derive(Debug)]
pub struct SealedEnrolment {
    /// What goes to the server.
    pub bytes: Vec<u8>,
    /// Opens the answer.
    pub ticket: EnrolTicket,
}

/// The attempt to join that is not finished, if there is one.
pub(crate) fn pending(db: &Connection) -> Result<Option<store::Row>, EnrolError> {
    Ok(store::load(db)?)
}

/// Where the log of the server stands whose device this database was before, if it was one.
pub(crate) fn heard(db: &Connection) -> Result<Option<Head>, StoreError> {
    let Some(me) = store::load(db)?.map(store::Row::at_home).transpose()?.flatten() else { return Ok(None) };
    Ok(journal::head(db, me.server_log())?.map(|log| log.head).filter(|head| head.seq > 0))
}

/// What the server that made the code says.
pub(crate) fn open_answer(ticket: &EnrolTicket, sealed: &[u8]) -> Result<EnrolAnswer, EnrolError> {
    Ok(ticket.open(sealed, |answer: &EnrolAnswer| Some((answer.server_device, store::public_key(&answer.server_key)?)))?)
}

/// The member that the server's answer makes of this till, as the device `joining`, where it makes sense for this database.
pub(crate) fn member_of(db: &Connection, joining: &EnrolBegun, server: &str, answer: &EnrolAnswer) -> Result<Member, EnrolError> {
    let row = store::load(db)?.ok_or(EnrolError::NotBegun)?.newcomer(joining.device, &joining.public_key);
    if row.home.as_ref().is_some_and(|home| (home.company, home.shop) != (answer.company, answer.shop)) {
        return Err(EnrolError::OtherHome);
    }
    if !DeviceCertified::is_series(&answer.series) {
        return Err(EnrolError::Answer(format!("the series ‘{}’ has not 1 to {} characters", answer.series, DeviceCertified::MAX_SERIES)));
    }
    row.answered(server, answer).member()?.ok_or(EnrolError::NotBegun)
}
