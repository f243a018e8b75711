//! How far this till and the server are in step.

use crate::{journal, platform::StoreError};
use duka_core::DeviceId;
use rusqlite::Connection;

/// What the server does not hold yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsynced {
    /// Sales and refunds.
    pub sales: u64,
    /// Facts of any kind.
    pub facts: u64,
}

/// What of this till's own logs the server does not hold yet, as far as is known: from the logs' own counts, whatever the backlog.
pub(crate) fn unsynced(db: &Connection, device: DeviceId) -> Result<Unsynced, StoreError> {
    let logs = journal::written_here(db, device)?;
    Ok(logs.iter().fold(Unsynced::default(), |sum, log| Unsynced {
        sales: sum.sales + log.receipts.saturating_sub(log.acknowledged_receipts),
        facts: sum.facts + log.head.seq.saturating_sub(log.acknowledged),
    }))
}
