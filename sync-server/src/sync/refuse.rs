//! Batches that are not let in: kept with their reason (I10), and their device set apart when its log forked (I3).

use super::SyncError;
use crate::{
    device::{self, Device},
    journal::{self, JournalError, Refused},
    platform::Platform,
};
use duka_ledger::{Batch, Head, LogId};
use duka_sync::{Refusal, RefusalReason};

/// Characters kept of a reason.
const MOST_TEXT: usize = 500;

/// Why a batch is not taken.
pub(super) struct Reason {
    /// Place of the entry that is the reason.
    pub(super) seq: u64,
    /// For programs.
    pub(super) reason: RefusalReason,
    /// For people.
    pub(super) detail: String,
}

/// Keeps a refused batch.
pub(super) async fn keep(platform: &Platform, device: &Device, batch: &Batch, reason: Reason) -> Result<Refusal, SyncError> {
    let Reason { seq, reason, detail } = reason;
    let detail = detail.chars().map(|c| if c == '\0' { '\u{fffd}' } else { c }).take(MOST_TEXT).collect();
    let refusal = Refusal { log: batch.log, seq, reason, detail };
    tracing::warn!(device = %device.id(), log = %batch.log, seq, ?reason, detail = refusal.detail, "a batch was refused");
    if reason == RefusalReason::Gap {
        return Ok(refusal);
    }
    let bytes = minicbor::to_vec(batch).map_err(|fault| JournalError::Encoding(fault.to_string()))?;
    store(platform, device, &refusal, &bytes).await?;
    Ok(refusal)
}

/// A device whose log stands at the same place as here with another hash: it forked, though it sent no entry (I3).
pub(super) async fn diverged(platform: &Platform, device: &Device, head: Head) -> Result<Refusal, SyncError> {
    let log: LogId = head.log;
    let detail = format!("{log} is forked at {}: the device and the server hold different entries there", head.seq);
    tracing::warn!(device = %device.id(), %log, seq = head.seq, "a log forked");
    let refusal = Refusal { log, seq: head.seq, reason: RefusalReason::Fork, detail };
    let bytes = minicbor::to_vec(head).map_err(|fault| JournalError::Encoding(fault.to_string()))?;
    store(platform, device, &refusal, &bytes).await?;
    Ok(refusal)
}

async fn store(platform: &Platform, device: &Device, refusal: &Refusal, bytes: &[u8]) -> Result<(), SyncError> {
    let refused = Refused { company: device.company, device: device.id(), refusal, bytes, at: platform.clock.now().at };
    let mut tx = platform.db.begin().await?;
    if refusal.reason == RefusalReason::Fork {
        journal::keep_fork_in_tx(&mut tx, &refused).await?;
        device::quarantine_in_tx(&mut tx, device.company, device.id()).await?;
    }
    journal::keep_in_tx(&mut tx, platform, &refused).await?;
    Ok(tx.commit().await?)
}
