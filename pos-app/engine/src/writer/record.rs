//! Records as the edits say that count.

use crate::{journal, platform::StoreError, product, record};
use duka_core::RecordId;
use duka_ledger::{Body, Fact, RecordChangeRow, Scope};
use rusqlite::Connection;

/// Makes a record anew from the edits that count.
pub(super) fn remake_in_tx(tx: &Connection, record: RecordId) -> Result<(), StoreError> {
    let edits = record::edits_of(tx, record)?;
    let mut left = Vec::with_capacity(edits.len());
    for edit in edits {
        left.extend(change_of(tx, &edit)?);
    }
    product::forget_in_tx(tx, record, &left)
}

/// The raw change of an edit, from its entry.
fn change_of(tx: &Connection, edit: &RecordChangeRow) -> Result<Option<Vec<u8>>, StoreError> {
    for log in journal::logs_of(tx, edit.device)? {
        if let Scope::Company(_) = log.log.scope
            && let Some(sealed) = journal::entry_at(tx, log.n, edit.seq)?
            && let Ok(Body::Known(Fact::RecordChanged(changed))) = sealed.body()
        {
            return Ok(Some(changed.change.to_vec()));
        }
    }
    Ok(None)
}
