//! Entries that were judged, and what follows from them, into the database.

use super::{JournalError, Log, store};
use crate::platform::{
    db::Tx,
    table::{self, Place, Rows as TableRows},
};
use duka_core::{CompanyId, DeviceId};
use duka_ledger::{
    RecordChanged, SealedEntry,
    rule::{Change, Effect, Rows, Verdict},
};
use std::collections::BTreeSet;

/// What follows from entries that were written, for whoever wrote them.
#[derive(Debug)]
pub struct Written {
    /// The edits of records that count: their documents are to be merged.
    pub records: Vec<RecordChanged>,
    /// Whether logs are to be folded again, since what the server says of their device has changed; they are marked so.
    pub marked: bool,
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
    entries: Vec<(SealedEntry, Change)>,
) -> Result<Written, JournalError> {
    let (mut rows, mut records, mut marked) = (TableRows::default(), Vec::new(), BTreeSet::<DeviceId>::new());
    let mut stored = Vec::with_capacity(entries.len());
    for (sealed, change) in entries {
        if let Verdict::Flagged(reason) = &change.verdict {
            tracing::warn!(log = %log.id, seq = sealed.entry().seq, %reason, "an entry breaks a rule and counts for nothing");
        }
        if let Rows::Insert(inserted) = change.rows {
            for row in inserted {
                rows.add(row)?;
            }
        }
        match change.effect {
            None => {}
            Some(Effect::Record(changed)) => records.push(changed),
            // Who certifies itself is judged by what it is.
            Some(Effect::Certified(device) | Effect::Standing(device)) if device == log.id.device => {}
            Some(Effect::Certified(device) | Effect::Standing(device)) => drop(marked.insert(device)),
        }
        (log.seq, log.hash) = (sealed.entry().seq, sealed.hash());
        stored.push((sealed, change.verdict));
    }
    store::entry::insert_entries(tx, company, log.number, &stored).await?;
    let place = Place::of(company, log.id.scope);
    let known = table::write(tx, place, rows).await?;
    if known > 0 {
        // The journal holds what is true; a rebuild makes the tables follow.
        tracing::error!(log = %log.id, rows = known, "tables held rows that no fact had written; rebuild them");
    }
    store::log::save_in_tx(tx, company, log).await?;
    for device in &marked {
        mark_in_tx(tx, company, *device).await?;
    }
    tx.grew_in(company.uuid(), store::scope_id(log.id));
    Ok(Written { records, marked: !marked.is_empty() })
}

/// Has a device's logs folded again; whoever attends to that is woken by the commit.
pub async fn mark_in_tx(tx: &mut Tx, company: CompanyId, device: DeviceId) -> Result<(), JournalError> {
    tx.leaves_work(company.uuid());
    Ok(store::log::mark_outdated(tx, company, device).await?)
}
