//! The table `record`.

use crate::platform::StoreError;
use duka_core::ProductId;
use rusqlite::{Connection, OptionalExtension, params};

/// The number of a record in this database.
pub(crate) fn find(db: &Connection, record: ProductId) -> Result<Option<i64>, StoreError> {
    Ok(db.prepare_cached("select n from record where record = ?1")?.query_row([record.as_bytes()], |row| row.get(0)).optional()?)
}

pub(crate) fn document(db: &Connection, n: i64) -> Result<Vec<u8>, StoreError> {
    Ok(db.prepare_cached("select document from record where n = ?1")?.query_row([n], |row| row.get(0))?)
}

pub(crate) fn insert_in_tx(tx: &Connection, record: ProductId, document: &[u8]) -> Result<i64, StoreError> {
    tx.prepare_cached("insert into record (record, document) values (?1, ?2)")?.execute(params![record.as_bytes(), document])?;
    Ok(tx.last_insert_rowid())
}

pub(crate) fn update_in_tx(tx: &Connection, n: i64, document: &[u8]) -> Result<(), StoreError> {
    tx.prepare_cached("update record set document = ?2 where n = ?1")?.execute(params![n, document])?;
    Ok(())
}

pub(crate) fn clear_in_tx(tx: &Connection) -> Result<(), StoreError> {
    tx.execute("delete from record", [])?;
    Ok(())
}
