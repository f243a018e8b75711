//! The device that a till asks to be in the place of the one that it is, because a person sets it up again. Until the server has admitted it, the
//! till is who it was.

use crate::platform::{StoreError, load_setting, save_setting_in_tx};
use duka_core::DeviceId;
use rusqlite::Connection;

const NEWCOMER: &str = "newcomer";
/// Who the till was that has yet to join anew.
const FORMER: &str = "former";

pub(crate) fn newcomer(db: &Connection) -> Result<Option<DeviceId>, StoreError> {
    Ok(load_setting::<Option<DeviceId>>(db, NEWCOMER)?.flatten())
}

pub(crate) fn begin_newcomer_in_tx(tx: &Connection, device: DeviceId) -> Result<(), StoreError> {
    save_setting_in_tx(tx, NEWCOMER, &Some(device))
}

pub(crate) fn end_newcomer_in_tx(tx: &Connection) -> Result<(), StoreError> {
    save_setting_in_tx(tx, NEWCOMER, &None::<DeviceId>)
}

/// The device that this till was before the one that has yet to join.
pub(crate) fn former(db: &Connection) -> Result<Option<DeviceId>, StoreError> {
    Ok(load_setting::<Option<DeviceId>>(db, FORMER)?.flatten())
}

pub(crate) fn keep_former_in_tx(tx: &Connection, former: Option<DeviceId>) -> Result<(), StoreError> {
    save_setting_in_tx(tx, FORMER, &former)
}
