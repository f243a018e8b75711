//! Shared records as documents: loaded only to edit or merge, screens read projections.

mod store;

use crate::platform::StoreError;
use duka_core::ProductId;
use duka_records::{Document, RecordError};
use rusqlite::Connection;
pub(crate) use store::{clear_in_tx, document, find};

/// Keeps a document whose content is known already.
pub(crate) fn put_in_tx(tx: &Connection, record: ProductId, document: &[u8]) -> Result<i64, StoreError> {
    match store::find(tx, record)? {
        Some(n) => store::update_in_tx(tx, n, document).map(|()| n),
        None => store::insert_in_tx(tx, record, document),
    }
}

/// Merges a change into its record's document; gives the record's number and the document.
pub(crate) fn merge_in_tx(tx: &Connection, record: ProductId, change: &[u8]) -> Result<Result<(i64, Document), RecordError>, StoreError> {
    let held = match store::find(tx, record)? {
        Some(n) => Some((n, store::document(tx, n)?)),
        None => None,
    };
    let merged = match duka_records::merge(held.as_ref().map(|(_, document)| document.as_slice()), change) {
        Ok(merged) => merged,
        Err(fault) => return Ok(Err(fault)),
    };
    let n = match held {
        Some((n, _)) => store::update_in_tx(tx, n, &merged).map(|()| n)?,
        None => store::insert_in_tx(tx, record, &merged)?,
    };
    Ok(Ok((n, merged)))
}
