//! How far this till and the server are in step.

use super::heads::key_is_gone;
use crate::{identity::Shared, journal, platform::StoreError};
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

/// What of that can be sent never: nobody can sign for it, since its key is gone.
pub(crate) fn stranded(db: &Connection, shared: &Shared, device: DeviceId) -> Result<Unsynced, StoreError> {
    let mut stranded = Unsynced::default();
    for log in journal::written_here(db, device)? {
        let end = journal::last_signed(db, log.n, log.head.seq)?.max(log.acknowledged);
        if end < log.head.seq && key_is_gone(shared, log.head.log.device) {
            stranded.facts += log.head.seq.saturating_sub(end);
            stranded.sales += journal::receipts_behind(db, &log, end)?;
        }
    }
    Ok(stranded)
}
