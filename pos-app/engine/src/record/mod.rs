//! Shared records as documents: loaded only to edit or merge, screens read the tables that show them.

mod store;

use crate::platform::StoreError;
use duka_core::RecordId;
use duka_ledger::RecordChanged;
pub(crate) use duka_records::Merged;
use duka_records::{Document, Product, Reading};
use rusqlite::Connection;
pub(crate) use store::{clear_in_tx, document, edits_after, edits_of, find, held, remove_in_tx};

/// A record's document and what it says, when the writer of a change has both at hand.
pub(crate) struct Known {
    pub(crate) document: Document,
    pub(crate) product: Product,
}

/// A record after a change: its number in this database, and what it says now.
pub(crate) struct Changed {
    pub(crate) n: i64,
    pub(crate) reading: Reading,
}

/// A record as it is kept.
pub(crate) struct Held {
    pub(crate) n: i64,
    record: RecordId,
    document: Document,
    fault: Option<String>,
}

impl Held {
    /// Whether it is the record that was merged.
    pub(crate) fn is(&self, record: RecordId, merged: &Merged) -> bool {
        self.record == record && self.fault.as_deref() == merged.reading.fault() && duka_records::is_same(&self.document, &merged.document)
    }
}

/// Merges a change into its record's document.
pub(crate) fn change_in_tx(tx: &Connection, changed: &RecordChanged, known: Option<Known>) -> Result<Changed, StoreError> {
    let (document, reading) = match known {
        Some(known) => (known.document, Reading::Product(known.product)),
        None => {
            let held = store::find(tx, changed.record)?.map(|n| store::document(tx, n)).transpose()?;
            let merged = merged(changed.record, held.as_deref(), [changed.change.as_slice()])?;
            (merged.document, merged.reading)
        }
    };
    put_in_tx(tx, changed.record, &document, reading)
}

/// Makes a record's document anew from all its changes.
pub(crate) fn remake_in_tx<'c>(
    tx: &Connection,
    record: RecordId,
    changes: impl IntoIterator<Item = &'c [u8]>,
) -> Result<Changed, StoreError> {
    keep_in_tx(tx, record, merged(record, None, changes)?)
}

/// Keeps what the changes of a record come to.
pub(crate) fn keep_in_tx(tx: &Connection, record: RecordId, merged: Merged) -> Result<Changed, StoreError> {
    put_in_tx(tx, record, &merged.document, merged.reading)
}

fn put_in_tx(tx: &Connection, record: RecordId, document: &[u8], reading: Reading) -> Result<Changed, StoreError> {
    let n = store::put_in_tx(tx, record, document, reading.fault())?;
    Ok(Changed { n, reading })
}

/// A change that does not fit is left out, here as at the server. What cannot be read is damage of this database, to be mended by a rebuild.
pub(crate) fn merged<'c>(
    record: RecordId,
    document: Option<&[u8]>,
    changes: impl IntoIterator<Item = &'c [u8]>,
) -> Result<Merged, StoreError> {
    let merged = duka_records::merge_and_read(document, changes).map_err(|fault| StoreError::Corrupt(fault.to_string()))?;
    for fault in &merged.left_out {
        tracing::warn!(%record, fault, "an edit of a record does not fit and was left out");
    }
    Ok(merged)
}
