//! Taking in a batch: all of it, or nothing and the reason (I2, I3, I5, I7, I10).

use super::{
    JournalError,
    fold::{Fold, FoldError},
    quarantine, rules, store,
};
use crate::{
    company::Server,
    device::{self, Device},
    platform::db::{DbError, Lock},
    state::AppState,
};
use duka_ledger::{Batch, BatchFault, Body, Scope, verify_batch};
use duka_sync::{Refusal, RefusalReason};

/// Why a batch is not taken.
pub(super) struct Refused {
    /// Place of the entry that is the reason.
    pub(super) seq: u64,
    /// For programs.
    pub(super) reason: RefusalReason,
    /// For people.
    pub(super) detail: String,
}

pub(super) enum TakeError {
    Refused(Refused),
    Fault(JournalError),
}

impl From<DbError> for TakeError {
    fn from(fault: DbError) -> Self {
        Self::Fault(fault.into())
    }
}

/// Takes a batch of a device's own log, or of another's of the same shop (a restored till still owes what it wrote before, I12): the log's
/// device must have signed it, whoever brings it. What is refused is kept with its reason and told.
pub async fn take(state: &AppState, server: &Server, sender: &Device, batch: &Batch) -> Result<Option<Refusal>, JournalError> {
    let other = match batch.log.device {
        own if own == sender.device => None,
        other => device::find(state, other).await?,
    };
    let writer = other.as_ref().unwrap_or(sender);
    match try_take(state, server, sender, writer, batch).await {
        Ok(()) => Ok(None),
        Err(TakeError::Fault(fault)) => Err(fault),
        Err(TakeError::Refused(refused)) => {
            // A fork is proven by the writer's own signature; anything else is the sender's doing.
            let blamed = if refused.reason == RefusalReason::Fork { writer } else { sender };
            quarantine::keep(state, blamed, batch, refused).await.map(Some)
        }
    }
}

async fn try_take(state: &AppState, server: &Server, sender: &Device, device: &Device, batch: &Batch) -> Result<(), TakeError> {
    let company = sender.company;
    let first = batch.head.head.seq.saturating_sub(u64::try_from(batch.entries.len()).unwrap_or(u64::MAX)).saturating_add(1);
    let not_allowed = |seq, detail: &str| TakeError::Refused(Refused { seq, reason: RefusalReason::NotAllowed, detail: detail.to_owned() });
    let own_scope = match batch.log.scope {
        Scope::Company(scope) => scope == company,
        Scope::Shop(scope) => Some(scope) == device.shop,
    };
    let neighbour = device.company == company && device.shop == sender.shop && device.state == device::State::Active;
    if batch.log.device != device.device || !own_scope || !neighbour {
        return Err(not_allowed(
            first,
            "a device brings only logs of its company and its shop, whose writer is enrolled and not quarantined",
        ));
    }

    let mut tx = state.db.begin().await?;
    let lock = match batch.log.scope {
        // Records are merged one after the other: two merges of one document at once would lose one of them.
        Scope::Company(_) => Lock::Exclusive,
        Scope::Shop(_) => Lock::Shared,
    };
    tx.lock(company.uuid(), lock).await?;
    let mut row = store::lock_log(&mut tx, company, batch.log).await?;
    let held = row.held();
    let end = batch.head.head.seq;
    let held_end = if end < held.seq { store::entry_hash(&mut tx, company, row.log, store::stored(end)).await? } else { None };
    let verified = verify_batch(batch, held, &device.key, |_| held_end).map_err(|fault| TakeError::Refused(refused(&fault, first)))?;
    if verified.fresh.is_empty() {
        return Ok(());
    }

    let mut writer = rules::Writer {
        scope: batch.log.scope,
        register: device.register,
        series: device.series.clone(),
        currency: server.currency,
        receipt_number: store::number(row.receipt_number),
        z_number: store::number(row.z_number),
    };
    let mut fold = Fold::default();
    let mut entries = Vec::with_capacity(verified.fresh.len());
    for sealed in verified.fresh {
        let seq = sealed.entry().seq;
        let body =
            sealed.body().map_err(|fault| TakeError::Refused(Refused { seq, reason: RefusalReason::Broken, detail: fault.to_string() }))?;
        let known = match body {
            Body::Known(fact) => {
                writer.check(&fact).map_err(|detail| not_allowed(seq, &detail))?;
                fold.add(&sealed, &fact);
                true
            }
            // I10: kept and relayed; the tables follow after an update.
            Body::Unknown { .. } => false,
        };
        let lamport = i64::try_from(sealed.entry().lamport).map_err(|_| not_allowed(seq, "the lamport clock is out of range"))?;
        row.lamport = row.lamport.max(lamport);
        row.seq = store::stored(seq);
        row.hash = sealed.hash().as_bytes().to_vec();
        entries.push((sealed, known));
    }
    row.receipt_number = store::stored(writer.receipt_number);
    row.z_number = store::stored(writer.z_number);

    store::insert_entries(&mut tx, company, row.log, &entries).await?;
    fold.write_in_tx(&mut tx, company).await.map_err(|fault| match fault {
        FoldError::Refused(detail) => not_allowed(first, &detail),
        FoldError::Db(fault) => TakeError::Fault(fault.into()),
    })?;
    store::insert_signed_head(&mut tx, company, row.log, row.seq, &batch.head.signature).await?;
    store::update_log(&mut tx, company, &row).await?;
    tx.commit().await?;
    Ok(())
}

fn refused(fault: &BatchFault, first: u64) -> Refused {
    let (seq, reason) = match fault {
        BatchFault::Gap { starts, .. } => (*starts, RefusalReason::Gap),
        BatchFault::Fork { seq, .. } => (*seq, RefusalReason::Fork),
        BatchFault::BrokenChain { seq, .. } | BatchFault::Signature { seq, .. } => (*seq, RefusalReason::Broken),
        BatchFault::Entry { index, .. } => (first.saturating_add(u64::try_from(*index).unwrap_or(0)), RefusalReason::Broken),
        BatchFault::Empty(_) | BatchFault::WrongLog { .. } => (first, RefusalReason::Broken),
    };
    Refused { seq, reason, detail: fault.to_string() }
}
