//! Judging a log anew that was judged before, in steps that others go between.

use super::{
    SyncError,
    fold::{LogFold, PAGE},
};
use crate::{
    device,
    journal::{self, Log, Standing, Stored},
    platform::{
        Platform,
        db::{Lock, Tx},
        table::{self, Place, Rows},
    },
    product,
};
use duka_core::{CompanyId, RecordId};
use duka_ledger::{
    Body, Fact, LogId, fold,
    rule::{Judged, Verdict},
};
use std::collections::BTreeSet;

/// An entry of which something else becomes than before.
struct Change {
    stored: Stored,
    judged: Judged,
}

/// Folds a log again.
pub(super) async fn refold_log(platform: &Platform, company: CompanyId, log: LogId) -> Result<u64, SyncError> {
    let _alone = platform.db.alone(company.uuid()).await?;
    refold_alone(platform, company, log).await
}

/// The same for whoever goes over the company's journal already.
pub(super) async fn refold_alone(platform: &Platform, company: CompanyId, id: LogId) -> Result<u64, SyncError> {
    let (mut fold, mut changed) = (None::<LogFold>, 0_u64);
    loop {
        let mut tx = platform.db.snapshot().await?;
        let Some(log) = journal::find_in_tx(&mut tx, company, id).await? else { return Ok(changed) };
        let mut at = match fold.take() {
            Some(fold) => fold,
            None => LogFold::begin_in_tx(&mut tx, &log).await?,
        };
        let page = journal::entries_in_tx(&mut tx, company, &log, at.seq, PAGE).await?;
        drop(tx);
        if page.is_empty() {
            if finish(platform, company, id, &at).await? {
                return Ok(changed);
            }
            continue;
        }
        let mut changes = Vec::new();
        for stored in page {
            let judged = at.next(&stored.sealed);
            if Standing::from(&judged.verdict) != stored.standing {
                changes.push(Change { stored, judged });
            }
        }
        changed = changed.saturating_add(u64::try_from(changes.len()).unwrap_or(u64::MAX));
        apply(platform, company, &log, changes).await?;
        fold = Some(at);
    }
}

/// Says that the log is folded, unless it went on, or what holds of its writer changed, while it was.
async fn finish(platform: &Platform, company: CompanyId, id: LogId, fold: &LogFold) -> Result<bool, SyncError> {
    let mut tx = platform.db.begin_locked(company.uuid(), Lock::Exclusive).await?;
    let mut log = journal::lock_in_tx(&mut tx, company, id).await?;
    let writer = device::find_in_tx(&mut tx, id.device).await?.map(|device| device.writer);
    if log.seq != fold.seq || writer.as_ref() != Some(&fold.writer) {
        return Ok(false);
    }
    log.state = fold.state.clone();
    log.folded = fold::version();
    journal::save_in_tx(&mut tx, company, &log).await?;
    tx.commit().await?;
    Ok(true)
}

async fn apply(platform: &Platform, company: CompanyId, log: &Log, changes: Vec<Change>) -> Result<(), SyncError> {
    if changes.is_empty() {
        return Ok(());
    }
    let mut tx = platform.db.begin_locked(company.uuid(), Lock::Exclusive).await?;
    apply_in_tx(&mut tx, company, log, changes).await?;
    Ok(tx.commit().await?)
}

async fn apply_in_tx(tx: &mut Tx, company: CompanyId, log: &Log, changes: Vec<Change>) -> Result<(), SyncError> {
    let (mut into, mut out) = (Rows::default(), Rows::default());
    let mut records = BTreeSet::<RecordId>::new();
    for Change { stored, judged } in changes {
        let entry = stored.sealed.entry();
        journal::set_verdict_in_tx(tx, company, log, entry.seq, &Standing::from(&judged.verdict)).await?;
        let counts = judged.verdict == Verdict::Projected;
        records.extend(judged.record.map(|changed| changed.record));
        for row in judged.rows {
            into.add(row)?;
        }
        if stored.standing == Standing::Projected
            && !counts
            && let Ok(Body::Known(fact)) = stored.sealed.body()
        {
            for row in fold::rows(entry, &fact).unwrap_or_default() {
                out.add(row)?;
            }
            if let Fact::RecordChanged(changed) = fact {
                records.insert(changed.record);
            }
        }
    }
    let place = Place::of(company, log.id.scope);
    table::take_out(tx, place, out).await?;
    table::write(tx, place, into).await?;
    Ok(product::remake_in_tx(tx, company, &records).await?)
}
