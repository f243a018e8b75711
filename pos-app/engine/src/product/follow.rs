//! The tables that show products follow their records.

use super::store::{self, BARCODES, PRODUCTS, SEARCH};
use crate::{
    platform::StoreError,
    record::{self, Changed, Known, Merged},
};
use duka_core::{ProductId, RecordId};
use duka_ledger::{RecordChanged, RecordKind};
use rusqlite::Connection;

/// Takes in an edit, made here or elsewhere.
pub(crate) fn follow_in_tx(tx: &Connection, changed: &RecordChanged, known: Option<Known>) -> Result<(), StoreError> {
    let RecordKind::Product = changed.kind;
    show_in_tx(tx, changed.record, record::change_in_tx(tx, changed, known)?)
}

/// Makes a product anew from the edits that still count; without any it is gone.
pub(crate) fn forget_in_tx(tx: &Connection, record: RecordId, left: &[Vec<u8>]) -> Result<(), StoreError> {
    if let Some(n) = record::find(tx, record)? {
        store::remove_in_tx(tx, n)?;
        record::remove_in_tx(tx, n)?;
    }
    if left.is_empty() {
        return Ok(());
    }
    show_in_tx(tx, record, record::remake_in_tx(tx, record, left.iter().map(Vec::as_slice))?)
}

/// Shows a product of which nothing is there yet, as its edits say.
pub(crate) fn show_made_in_tx(tx: &Connection, record: RecordId, merged: Merged) -> Result<(), StoreError> {
    show_in_tx(tx, record, record::keep_in_tx(tx, record, merged)?)
}

fn show_in_tx(tx: &Connection, record: RecordId, changed: Changed) -> Result<(), StoreError> {
    match changed.reading.product() {
        Some(product) => store::put_in_tx(tx, changed.n, ProductId::from(record), &product),
        // The change that it builds on has not arrived, or nothing can be made of it: nobody sees it.
        None => store::remove_in_tx(tx, changed.n),
    }
}

/// The tables of which that is true.
pub(crate) const TABLES: [&str; 4] = [DOCUMENTS, PRODUCTS, BARCODES, SEARCH];
const DOCUMENTS: &str = "record";

/// Empties all that shows products and their documents, to be made anew.
pub(crate) fn clear_in_tx(tx: &Connection) -> Result<(), StoreError> {
    store::clear_in_tx(tx)?;
    record::clear_in_tx(tx)
}
