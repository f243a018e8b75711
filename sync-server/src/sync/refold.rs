//! Judging a log anew that was judged before, in steps that others go between.

use super::{
    SyncError,
    fold::{PAGE, writer_in_tx},
};
use crate::{
    journal::{self, JournalError, Log},
    platform::{
        Platform,
        db::{Alone, DbError, Lock, Tx},
        table::{self, Place, Rows as TableRows},
    },
    product,
};
use duka_core::{CompanyId, RecordId};
use duka_ledger::{
    LogId, fold,
    rule::{Change, Effect, Refold, Rows, VerdictKind},
};
use std::collections::BTreeSet;

/// How often a step is tried again that others are in the way of.
const TRIES: u32 = 5;

/// Folds a log again.
pub(super) async fn refold_log(platform: &Platform, company: CompanyId, log: LogId) -> Result<u64, SyncError> {
    let mut alone = platform.db.alone(company.uuid()).await?;
    refold_alone(platform, &mut alone, company, log).await
}

/// The same for whoever goes over the company's journal already.
pub(super) async fn refold_alone(platform: &Platform, alone: &mut Alone, company: CompanyId, id: LogId) -> Result<u64, SyncError> {
    let (mut fold, mut changed, mut contended) = (None::<Refold>, 0_u64, 0_u32);
    loop {
        alone.hold().await?;
        let mut tx = platform.db.snapshot().await?;
        let Some(log) = journal::find_in_tx(&mut tx, company, id).await? else { return Ok(changed) };
        let writer = writer_in_tx(&mut tx, &log).await?;
        // Judged by what does not hold any more, it is judged from its beginning.
        let mut at = fold.take().filter(|at| at.writer() == writer.as_ref()).unwrap_or_else(|| Refold::new(writer));
        let page = journal::entries_in_tx(&mut tx, company, &log, at.seq(), PAGE).await?;
        drop(tx);
        if page.is_empty() {
            if at.seq() != log.seq {
                let told = format!("the log of the device {} ends at {}, and its entries at {}", id.device, log.seq, at.seq());
                return Err(JournalError::Damaged(told).into());
            }
            if finish(platform, company, id, &at).await? {
                return Ok(changed);
            }
            fold = Some(at);
            continue;
        }
        let mut changes = Vec::new();
        for stored in page {
            let change = at.next(&stored.sealed, &stored.verdict, &journal::check_record);
            if change.is_new {
                changes.push((stored.sealed.entry().seq, stored.verdict.kind, change));
            }
        }
        let count = u64::try_from(changes.len()).unwrap_or(u64::MAX);
        if apply(platform, company, &log, changes).await? {
            changed = changed.saturating_add(count);
            fold = Some(at);
        } else {
            contended += 1;
            if contended > TRIES {
                return Err(SyncError::Contended(id.device));
            }
        }
    }
}

/// Begins to write, for longer than a request would wait: for a company that is busy, what was judged so far is not to be judged again.
async fn begin(platform: &Platform, company: CompanyId) -> Result<Tx, SyncError> {
    let mut tries = 0;
    loop {
        match platform.db.begin_locked(company.uuid(), Lock::Exclusive).await {
            Err(DbError::Unavailable(fault)) if tries < TRIES => {
                tracing::warn!(%company, %fault, "a company is busy while a log of it is folded again");
                tries += 1;
            }
            begun => return Ok(begun?),
        }
    }
}

/// Says that the log is folded, unless it went on, or what holds of its writer changed, while it was.
async fn finish(platform: &Platform, company: CompanyId, id: LogId, fold: &Refold) -> Result<bool, SyncError> {
    let mut tx = begin(platform, company).await?;
    let mut log = journal::lock_in_tx(&mut tx, company, id).await?;
    if log.seq != fold.seq() || writer_in_tx(&mut tx, &log).await?.as_ref() != fold.writer() {
        return Ok(false);
    }
    log.state = fold.state().clone();
    log.folded = fold::version();
    journal::save_in_tx(&mut tx, company, &log).await?;
    tx.commit().await?;
    Ok(true)
}

/// An entry's place, what it stood as, and what becomes of it.
type Changed = (u64, VerdictKind, Change);

/// Writes what becomes of a page; false, and nothing is written, where somebody else has judged an entry of it meanwhile: its rows would come in or
/// go out twice.
async fn apply(platform: &Platform, company: CompanyId, log: &Log, changes: Vec<Changed>) -> Result<bool, SyncError> {
    if changes.is_empty() {
        return Ok(true);
    }
    let mut tx = begin(platform, company).await?;
    if !apply_in_tx(&mut tx, company, log, changes).await? {
        tx.roll_back().await?;
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

async fn apply_in_tx(tx: &mut Tx, company: CompanyId, log: &Log, changes: Vec<Changed>) -> Result<bool, SyncError> {
    let (mut into, mut out) = (TableRows::default(), TableRows::default());
    let mut records = BTreeSet::<RecordId>::new();
    for (seq, before, change) in changes {
        if !journal::set_verdict_in_tx(tx, company, log, (seq, before), &change.verdict).await? {
            return Ok(false);
        }
        let (rows, side) = match change.rows {
            Rows::Stay => (Vec::new(), &mut into),
            Rows::Insert(rows) => (rows, &mut into),
            Rows::TakeOut(rows) => (rows, &mut out),
            Rows::Unknown => {
                tracing::error!(log = %log.id, seq, "the tables hold what another version wrote; rebuild them");
                (Vec::new(), &mut out)
            }
        };
        for row in rows {
            side.add(row)?;
        }
        match change.effect {
            None => {}
            Some(Effect::Record(changed)) => drop(records.insert(changed.record)),
            Some(Effect::Certified(device) | Effect::Standing(device)) if device == log.id.device => {}
            Some(Effect::Certified(device) | Effect::Standing(device)) => journal::mark_in_tx(tx, company, device).await?,
        }
    }
    let place = Place::of(company, log.id.scope);
    table::take_out(tx, place, out).await?;
    table::overwrite(tx, place, into).await?;
    product::remake_in_tx(tx, company, &records).await?;
    Ok(true)
}
