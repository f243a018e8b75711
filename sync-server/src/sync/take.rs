//! Taking in a batch: each entry that is the log's next is kept, whatever it says; the rules say whether it counts (I2, I3, I10).

use super::{SyncError, refold, refuse, refuse::Reason};
use crate::{
    device::{self, Device},
    journal,
    platform::{Platform, db::Lock},
    product,
};
use duka_ledger::{Batch, BatchFault, Held, LogId, Scope, SealedEntry, rule::judge, verify_batch};
use duka_sync::{Refusal, RefusalReason};

/// Entries of one transaction at most, so that others go between.
const PIECE: usize = 500;

enum TakeError {
    Refused(Reason),
    Fault(SyncError),
}

impl<E: Into<SyncError>> From<E> for TakeError {
    fn from(fault: E) -> Self {
        Self::Fault(fault.into())
    }
}

/// Takes a batch of a device's own log, or of another's of the same shop (a restored till still owes what it wrote before, I12): the log's
/// device must have signed it, whoever brings it. What is refused is kept with its reason and told.
pub(super) async fn take(platform: &Platform, sender: &Device, batch: &Batch) -> Result<Option<Refusal>, SyncError> {
    let other = match batch.log.device {
        own if own == sender.id() => None,
        other => device::find(platform, other).await?,
    };
    let writer = other.as_ref().unwrap_or(sender);
    match try_take(platform, sender, writer, batch).await {
        Ok(()) => Ok(None),
        Err(TakeError::Fault(fault)) => Err(fault),
        Err(TakeError::Refused(reason)) => {
            // A fork is proven by the writer's own signature; anything else is the sender's doing.
            let blamed = if reason.reason == RefusalReason::Fork { writer } else { sender };
            refuse::keep(platform, blamed, batch, reason).await.map(Some)
        }
    }
}

async fn try_take(platform: &Platform, sender: &Device, writer: &Device, batch: &Batch) -> Result<(), TakeError> {
    let (company, log) = (sender.company, batch.log);
    let first = batch.head.head.seq.saturating_sub(u64::try_from(batch.entries.len()).unwrap_or(u64::MAX)).saturating_add(1);
    let own_scope = match log.scope {
        Scope::Company(scope) => scope == company,
        Scope::Shop(scope) => Some(scope) == writer.shop(),
    };
    let neighbour = writer.company == company && writer.shop() == sender.shop() && !writer.is_server() && !writer.quarantined;
    if log.device != writer.id() || !own_scope || !neighbour {
        let detail = "a device brings only logs of its company and its shop, whose writer is enrolled and not quarantined".to_owned();
        return Err(TakeError::Refused(Reason { seq: first, reason: RefusalReason::NotAllowed, detail }));
    }

    let (held, held_end) = held(platform, writer, batch).await?;
    let verified = verify_batch(batch, held, writer.key(), |_| held_end).map_err(|fault| TakeError::Refused(refused(&fault, first)))?;
    let mut fresh = verified.fresh.into_iter();
    loop {
        let piece: Vec<SealedEntry> = fresh.by_ref().take(PIECE).collect();
        let Some(last) = piece.last() else { return Ok(()) };
        // One signature covers the batch, so it is kept with its last entry.
        let signature = (last.entry().seq == batch.head.head.seq).then_some(&batch.head.signature);
        take_piece(platform, writer, log, piece, signature).await?;
    }
}

/// What is held of the batch's log, and the hash where the batch ends if that is before.
async fn held(platform: &Platform, writer: &Device, batch: &Batch) -> Result<(Held, Option<duka_ledger::Hash>), SyncError> {
    let mut tx = platform.db.snapshot().await?;
    let Some(log) = journal::find_in_tx(&mut tx, writer.company, batch.log).await? else { return Ok((Held::NOTHING, None)) };
    let end = batch.head.head.seq;
    let held_end = if end < log.seq { journal::hash_at_in_tx(&mut tx, writer.company, &log, end).await? } else { None };
    Ok((log.held(), held_end))
}

/// Takes verified entries that follow each other.
async fn take_piece(
    platform: &Platform,
    writer: &Device,
    id: LogId,
    mut piece: Vec<SealedEntry>,
    signature: Option<&[u8; 64]>,
) -> Result<(), TakeError> {
    let company = writer.company;
    let (mut tx, mut log) = loop {
        let mut tx = platform.db.begin().await?;
        let lock = match id.scope {
            // Records are merged one after the other: two merges of one document at once would lose one of them.
            Scope::Company(_) => Lock::Exclusive,
            Scope::Shop(_) => Lock::Shared,
        };
        tx.lock(company.uuid(), lock).await?;
        let log = journal::lock_in_tx(&mut tx, company, id).await?;
        if log.is_current() {
            break (tx, log);
        }
        // Where the log stands is not known before it is folded again.
        tx.roll_back().await?;
        refold::refold_log(platform, company, id).await?;
    };
    // Another sender may have brought some of them meanwhile.
    let known = piece.partition_point(|sealed| sealed.entry().seq <= log.seq);
    if let Some(last) = known.checked_sub(1).and_then(|place| piece.get(place)) {
        let seq = last.entry().seq;
        if journal::hash_at_in_tx(&mut tx, company, &log, seq).await? != Some(last.hash()) {
            let detail = format!("{id} is forked at {seq}: another branch of it came at the same time");
            return Err(TakeError::Refused(Reason { seq, reason: RefusalReason::Fork, detail }));
        }
    }
    drop(piece.drain(..known));
    let Some(end) = piece.last().map(|sealed| sealed.entry().seq) else { return Ok(()) };
    // What holds of the writer now: it may have been revoked since it was looked up.
    let writer = device::find_in_tx(&mut tx, id.device).await?.ok_or(SyncError::Unknown(id.device))?.writer;
    let judged = piece.into_iter().map(|sealed| {
        let judged = judge(&writer, &mut log.state, &sealed, &journal::check_record);
        (sealed, judged)
    });
    let judged = judged.collect();
    let records = journal::write_in_tx(&mut tx, company, &mut log, judged).await?;
    product::merge_in_tx(&mut tx, company, records).await?;
    if let Some(signature) = signature {
        journal::sign_in_tx(&mut tx, company, &log, end, signature).await?;
    }
    Ok(tx.commit().await?)
}

fn refused(fault: &BatchFault, first: u64) -> Reason {
    let (seq, reason) = match fault {
        BatchFault::Gap { starts, .. } => (*starts, RefusalReason::Gap),
        BatchFault::Fork { seq, .. } => (*seq, RefusalReason::Fork),
        BatchFault::BrokenChain { seq, .. } | BatchFault::Signature { seq, .. } => (*seq, RefusalReason::Broken),
        BatchFault::Entry { index, .. } => (first.saturating_add(u64::try_from(*index).unwrap_or(0)), RefusalReason::Broken),
        BatchFault::Empty(_) | BatchFault::WrongLog { .. } => (first, RefusalReason::Broken),
    };
    Reason { seq, reason, detail: fault.to_string() }
}
