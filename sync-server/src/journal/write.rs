//! Entries that were judged, and what follows from them, into the database.

use super::{JournalError, Log, Repeats, Standing, store};
use crate::platform::{
    db::Tx,
    table::{self, Place, Rows},
};
use duka_core::{CompanyId, DeviceId};
use duka_ledger::{RecordChanged, SealedEntry, rule::Judged};

/// What only the crate of records can tell of a change.
pub fn check_record(changed: &RecordChanged, author: DeviceId) -> Result<(), String> {
    duka_records::check(&changed.change, author, changed.number)
}

/// Stores the next entries of a log, with what became of each, and makes the tables follow; gives back the edits of records that count, whose
/// documents the caller merges. The log's `state` is already the one after them; its row is locked.
pub async fn write_in_tx(
    tx: &mut Tx,
    company: CompanyId,
    log: &mut Log,
    entries: Vec<(SealedEntry, Judged)>,
) -> Result<Vec<RecordChanged>, JournalError> {
    let mut repeats = Repeats::load_in_tx(tx, company, log.id.device, entries.iter().map(|(_, judged)| judged)).await?;
    let (mut rows, mut records) = (Rows::default(), Vec::new());
    let mut stored = Vec::with_capacity(entries.len());
    for (sealed, mut judged) in entries {
        repeats.check(&mut judged);
        let standing = Standing::from(&judged.verdict);
        if let Standing::Flagged(reason) = &standing {
            tracing::warn!(log = %log.id, seq = sealed.entry().seq, reason, "an entry breaks a rule and counts for nothing");
        }
        for row in judged.rows {
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
    Ok(records)
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
