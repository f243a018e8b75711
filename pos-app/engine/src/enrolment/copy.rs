//! That this database is a copy of its device's (I12), as far as this computer knows by itself.

use crate::platform::{StoreError, load_setting, save_setting_in_tx};
use duka_core::DeviceId;
use duka_ledger::Scope;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

/// How often this device was started on this database.
const STARTS: &str = "starts";
const COPIED: &str = "copied";
const SUCCESSOR: &str = "successor";

/// Where this device's logs stood when the database was found to be a copy. What was written up to there is the device's own; what is written
/// after it is another branch, which nobody is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Copied {
    /// Of whose.
    pub(crate) of: DeviceId,
    pub(crate) company: u64,
    pub(crate) shop: u64,
}

impl Copied {
    pub(crate) const fn end(&self, scope: Scope) -> u64 {
        match scope {
            Scope::Company(_) => self.company,
            Scope::Shop(_) => self.shop,
        }
    }
}

/// Whom this till asks to be certified as, and in whose place: asking again is asking for the same.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Successor {
    of: DeviceId,
    device: DeviceId,
}

pub(crate) fn starts(db: &Connection) -> Result<u64, StoreError> {
    Ok(load_setting(db, STARTS)?.unwrap_or(0))
}

pub(crate) fn keep_starts_in_tx(tx: &Connection, starts: u64) -> Result<(), StoreError> {
    save_setting_in_tx(tx, STARTS, &starts)
}

/// Whether this database is known to be a copy of that of `device`, which it still is, and since where.
pub(crate) fn copied(db: &Connection, device: DeviceId) -> Result<Option<Copied>, StoreError> {
    Ok(load_setting(db, COPIED)?.filter(|copied: &Copied| copied.of == device))
}

pub(crate) fn note_copied_in_tx(tx: &Connection, copied: Copied) -> Result<(), StoreError> {
    save_setting_in_tx(tx, COPIED, &copied)
}

/// The successor that was begun for a device.
pub(crate) fn successor(db: &Connection, of: DeviceId) -> Result<Option<DeviceId>, StoreError> {
    let begun: Option<Successor> = load_setting(db, SUCCESSOR)?;
    Ok(begun.filter(|begun| begun.of == of).map(|begun| begun.device))
}

pub(crate) fn begin_successor_in_tx(tx: &Connection, of: DeviceId, device: DeviceId) -> Result<(), StoreError> {
    save_setting_in_tx(tx, SUCCESSOR, &Successor { of, device })
}
