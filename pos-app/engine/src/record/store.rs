//! The tables `record` and `record_change`.

use crate::{platform::StoreError, tables};
use duka_core::RecordId;
use duka_ledger::RecordChangeRow;
use rusqlite::{Connection, OptionalExtension, params};

/// The edits of a record that count, in the order of what is written.
pub(crate) fn edits_of(db: &Connection, record: RecordId) -> Result<Vec<RecordChangeRow>, StoreError> {
    tables::select(db, "where record = ?1 order by lamport, device, seq", [record.as_bytes()])
}

/// The number of a record in this database.
pub(crate) fn find(db: &Connection, record: RecordId) -> Result<Option<i64>, StoreError> {
    Ok(db.prepare_cached("select n from record where record = ?1")?.query_row([record.as_bytes()], |row| row.get(0)).optional()?)
}

pub(crate) fn document(db: &Connection, n: i64) -> Result<Vec<u8>, StoreError> {
    Ok(db.prepare_cached("select document from record where n = ?1")?.query_row([n], |row| row.get(0))?)
}

/// Keeps a document, with why it cannot be read as it should, if so. Gives its number. (Not by an upsert: it opens a savepoint, at each of which
/// the search index writes what it has gathered.)
pub(super) fn put_in_tx(tx: &Connection, record: RecordId, document: &[u8], fault: Option<&str>) -> Result<i64, StoreError> {
    if let Some(n) = find(tx, record)? {
        tx.prepare_cached("update record set document = ?2, fault = ?3 where n = ?1")?.execute(params![n, document, fault])?;
        return Ok(n);
    }
    tx.prepare_cached("insert into record (record, document, fault) values (?1, ?2, ?3)")?.execute(params![
        record.as_bytes(),
        document,
        fault
    ])?;
    Ok(tx.last_insert_rowid())
}

pub(crate) fn remove_in_tx(tx: &Connection, n: i64) -> Result<(), StoreError> {
    tx.prepare_cached("delete from record where n = ?1")?.execute([n])?;
    Ok(())
}

pub(crate) fn clear_in_tx(tx: &Connection) -> Result<(), StoreError> {
    tx.execute("delete from record", [])?;
    Ok(())
}
