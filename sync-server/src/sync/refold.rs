//! Judging a log anew that was judged before, in steps that others go between.

use super::{
    SyncError,
    fold::{PAGE, writer_in_tx},
};
use crate::{
    journal::{self, Log},
    platform::{
        Platform,
        db::{Lock, Tx},
        table::{self, Place, Rows as TableRows},
    },
    product,
};
use duka_core::{CompanyId, RecordId};
use duka_ledger::{
    LogId, fold,
    rule::{Change, Effect, Refold, Rows},
};
use std::collections::BTreeSet;

/// Folds a log again.
pub(super) async fn refold_log(platform: &Platform, company: CompanyId, log: LogId) -> Result<u64, SyncError> {
    let _alone = platform.db.alone(company.uuid()).await?;
    refold_alone(platform, company, log).await
}

/// The same for whoever goes over the company's journal already.
pub(super) async fn refold_alone(platform: &Platform, company: CompanyId, id: LogId) -> Result<u64, SyncError> {
    let (mut fold, mut changed) = (None::<Refold>, 0_u64);
    loop {
        let mut tx = platform.db.snapshot().await?;
        let Some(log) = journal::find_in_tx(&mut tx, company, id).await? else { return Ok(changed) };
        let mut at = match fold.take() {
            Some(fold) => fold,
            None => Refold::new(writer_in_tx(&mut tx, &log).await?),
        };
        let page = journal::entries_in_tx(&mut tx, company, &log, at.seq(), PAGE).await?;
        drop(tx);
        if page.is_empty() {
            if finish(platform, company, id, &at).await? {
                return Ok(changed);
            }
            continue;
        }
        let mut changes = Vec::new();
        for stored in page {
            let change = at.next(&stored.sealed, &stored.verdict, &journal::check_record);
            if change.is_new {
                changes.push((stored.sealed.entry().seq, change));
            }
        }
        changed = changed.saturating_add(u64::try_from(changes.len()).unwrap_or(u64::MAX));
        apply(platform, company, &log, changes).await?;
        fold = Some(at);
    }
}

/// Says that the log is folded, unless it went on, or what holds of its writer changed, while it was.
async fn finish(platform: &Platform, company: CompanyId, id: LogId, fold: &Refold) -> Result<bool, SyncError> {
    let mut tx = platform.db.begin_locked(company.uuid(), Lock::Exclusive).await?;
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

async fn apply(platform: &Platform, company: CompanyId, log: &Log, changes: Vec<(u64, Change)>) -> Result<(), SyncError> {
    if changes.is_empty() {
        return Ok(());
    }
    let mut tx = platform.db.begin_locked(company.uuid(), Lock::Exclusive).await?;
    apply_in_tx(&mut tx, company, log, changes).await?;
    Ok(tx.commit().await?)
}

async fn apply_in_tx(tx: &mut Tx, company: CompanyId, log: &Log, changes: Vec<(u64, Change)>) -> Result<(), SyncError> {
    let (mut into, mut out) = (TableRows::default(), TableRows::default());
    let mut records = BTreeSet::<RecordId>::new();
    for (seq, change) in changes {
        journal::set_verdict_in_tx(tx, company, log, seq, &change.verdict).await?;
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
    Ok(product::remake_in_tx(tx, company, &records).await?)
}
