//! How far this till and the server are in step.

use crate::{
    device,
    journal::{self, Place},
    platform::StoreError,
    receipt,
    till::Till,
};
use duka_core::DeviceId;
use duka_ledger::{Head, PublicKey};

/// What the server does not hold yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsynced {
    /// Sales and refunds.
    pub sales: u64,
    /// Facts of any kind.
    pub facts: u64,
}

impl Till {
    /// Where every log stands that this till holds; costs O(logs).
    pub fn heads(&self) -> Result<Vec<Head>, StoreError> {
        let logs = journal::logs(&self.db.connection)?;
        Ok(logs.iter().filter(|log| log.seq > 0).map(journal::LogRow::head).collect())
    }

    /// What of this till's own logs the server does not hold yet, as far as is known.
    pub fn unsynced(&self) -> Result<Unsynced, StoreError> {
        let mut unsynced = Unsynced::default();
        let Some(me) = &self.me else { return Ok(unsynced) };
        for log in journal::written_here(&self.db.connection, me.device)? {
            unsynced.facts += log.seq.saturating_sub(log.acknowledged);
            let (after, to) = (Place::of(log.n, log.acknowledged)?, Place::of(log.n, log.seq)?);
            unsynced.sales += receipt::waiting(&self.db.connection, after, to)?;
        }
        Ok(unsynced)
    }

    /// Whether the server holds the entry: it came from there, or was acknowledged.
    pub(crate) fn is_synced(&self, place: Place) -> Result<bool, StoreError> {
        let log = journal::log_by_number(&self.db.connection, place.log())?;
        Ok(match (log, &self.me) {
            (Some(log), Some(me)) => log.log.device != me.device && !log.former || place.seq() <= log.acknowledged,
            _ => false,
        })
    }

    /// The key of a device: this one's, the server's, or one that the server certified.
    pub(crate) fn device_key(&self, device: DeviceId) -> Result<Option<PublicKey>, StoreError> {
        if let Some(me) = &self.me {
            if device == me.server_device {
                return Ok(Some(me.server_key));
            }
            if device == me.device
                && let Some(key) = &self.key
            {
                return Ok(Some(key.public()));
            }
        }
        device::key(&self.db.connection, device)
    }
}
