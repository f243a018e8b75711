//! Entries that were judged, and what follows from them, into the database.

use super::{JournalError, Log, Repeats, Standing, store};
use crate::platform::{
    db::Tx,
    table::{self, Place, Rows},
};
use duka_core::{CompanyId, DeviceId};
use duka_ledger::{
    DeviceStandingRow, RecordChanged, SealedEntry,
    rule::Judged,
    table::{Row, Tabled, Value},
};
use std::collections::BTreeSet;

/// What follows from entries that were written, for whoever wrote them.
#[derive(Debug)]
pub struct Written {
    /// The edits of records that count: their documents are to be merged.
    pub records: Vec<RecordChanged>,
    /// Whether what holds of a device has changed: its logs are to be folded again, and are marked so.
    pub standings: bool,
}

/// What only the crate of records can tell of a change.
pub fn check_record(changed: &RecordChanged, author: DeviceId) -> Result<(), String> {
    duka_records::check(&changed.change, author, changed.number)
}

/// Stores the next entries of a log, with what became of each, and makes the tables follow. The log's `state` is already the one after them;
/// its row is locked. When the transaction is committed, whoever waits for such news is woken.
pub async fn write_in_tx(
    tx: &mut Tx,
    company: CompanyId,
    log: &mut Log,
    entries: Vec<(SealedEntry, Judged)>,
) -> Result<Written, JournalError> {
    let mut repeats = Repeats::load_in_tx(tx, company, log.id.device, entries.iter().map(|(_, judged)| judged)).await?;
    let (mut rows, mut records, mut changed) = (Rows::default(), Vec::new(), BTreeSet::new());
    let mut stored = Vec::with_capacity(entries.len());
    for (sealed, mut judged) in entries {
        repeats.check(&mut judged);
        let standing = Standing::from(&judged.verdict);
        if let Standing::Flagged(reason) = &standing {
            tracing::warn!(log = %log.id, seq = sealed.entry().seq, reason, "an entry breaks a rule and counts for nothing");
        }
        for row in judged.rows {
            changed.extend(device_of_standing(&row));
            rows.add(row)?;
        }
        records.extend(judged.record);
        (log.seq, log.hash) = (sealed.entry().seq, sealed.hash());
        stored.push((sealed, standing));
    }
    store::entry::insert_entries(tx, company, log.number, &stored).await?;
    let place = Place::of(company, log.id.scope);
    let known = table::write(tx, place, rows).await?;
    if known > 0 {
        // The journal holds what is true; a rebuild makes the tables follow.
        tracing::error!(log = %log.id, rows = known, "tables held rows that no fact had written; rebuild them");
    }
    save_in_tx(tx, company, log).await?;
    for device in &changed {
        store::log::mark_outdated(tx, company, *device).await?;
    }
    tx.grew_in(company.uuid(), store::scope_id(log.id));
    Ok(Written { records, standings: !changed.is_empty() })
}

/// Whose standing a row changes.
fn device_of_standing(row: &Row) -> Option<DeviceId> {
    match row.values.first().filter(|_| row.table.name == DeviceStandingRow::TABLE.name) {
        Some(Value::Id(device)) => Some(DeviceId::from_bytes(*device)),
        _ => None,
    }
}

/// Saves where a log stands.
pub async fn save_in_tx(tx: &mut Tx, company: CompanyId, log: &Log) -> Result<(), JournalError> {
    Ok(store::log::update_log(tx, company, log).await?)
}

/// Keeps a device's signature over its log up to a place.
pub async fn sign_in_tx(tx: &mut Tx, company: CompanyId, log: &Log, seq: u64, signature: &[u8; 64]) -> Result<(), JournalError> {
    Ok(store::entry::insert_signed_head(tx, company, log.number, store::stored(seq), signature).await?)
}

/// Says anew what became of an entry.
pub async fn set_verdict_in_tx(tx: &mut Tx, company: CompanyId, log: &Log, seq: u64, standing: &Standing) -> Result<(), JournalError> {
    Ok(store::entry::set_verdict(tx, company, log.number, store::stored(seq), standing).await?)
}
