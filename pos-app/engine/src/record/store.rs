//! The tables `record` and `record_change`.

use super::Held;
use crate::{platform::StoreError, tables};
use duka_core::RecordId;
use duka_ledger::RecordChangeRow;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// The edits of a record that count, in the order of what is written.
pub(crate) fn edits_of(db: &Connection, record: RecordId) -> Result<Vec<RecordChangeRow>, StoreError> {
    tables::select(db, "where record = ?1 order by lamport, device, seq", [record.as_bytes()])
}

/// The edits that count of the next records behind `after` by their ids, of `limit` records at most: record by record, in the order of what is written.
pub(crate) fn edits_after(db: &Connection, after: Option<RecordId>, limit: u32) -> Result<Vec<RecordChangeRow>, StoreError> {
    tables::select(
        db,
        "where record > ?1 and record <= (
           select max(record) from (select distinct record from record_change where record > ?1 order by record limit ?2))
         order by record, lamport, device, seq",
        params![place(after), limit],
    )
}

/// Before all ids there is nothing.
fn place(after: Option<RecordId>) -> Vec<u8> {
    after.map(|record| record.as_bytes().to_vec()).unwrap_or_default()
}

/// The records behind `after` up to `to`, by their ids: one more than `most` at most.
pub(crate) fn held(db: &Connection, after: Option<RecordId>, to: Option<RecordId>, most: u32) -> Result<Vec<Held>, StoreError> {
    let mut statement = db.prepare_cached(
        "select n, record, document, fault from record where record > ?1 and (?2 is null or record <= ?2) order by record limit ?3 + 1",
    )?;
    let read =
        |row: &Row<'_>| Ok(Held { n: row.get(0)?, record: RecordId::from_bytes(row.get(1)?), document: row.get(2)?, fault: row.get(3)? });
    let to = to.map(|record| record.as_bytes().to_vec());
    Ok(statement.query_map(params![place(after), to, most], read)?.collect::<Result<_, _>>()?)
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
