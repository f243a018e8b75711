//! The table `fork`: other branches of logs (I3).

use crate::platform::{self, StoreError, to_i64};
use duka_ledger::SealedEntry;
use rusqlite::{Connection, params};

pub(super) const COLUMNS: [&str; 4] = ["log", "seq", "hash", "bytes"];

/// An entry of another branch, and its log's number, as a row of this table says them that was read without SQLite; none when it is no such row.
pub(crate) fn branched(row: &platform::Row) -> Option<(i64, SealedEntry)> {
    let row = row.named(&COLUMNS)?;
    let sealed = SealedEntry::open(row.get("bytes").blob()?.to_vec()).ok()?;
    let same = row.get("seq").integer() == Some(to_i64(sealed.entry().seq)) && row.get("hash").blob() == Some(sealed.hash().as_bytes());
    Some((row.get("log").integer()?, sealed)).filter(|_| same)
}

/// Keeps the other branch of a log and marks it (I3). Doing it again changes nothing.
pub(crate) fn note_fork_in_tx(tx: &Connection, n: i64, branch: &[SealedEntry]) -> Result<(), StoreError> {
    tx.prepare_cached("update log set forked = 1 where n = ?1")?.execute([n])?;
    keep_branch_in_tx(tx, n, branch)
}

/// Keeps entries of a branch that is not the log's any more.
pub(crate) fn keep_branch_in_tx<'e>(tx: &Connection, n: i64, branch: impl IntoIterator<Item = &'e SealedEntry>) -> Result<(), StoreError> {
    let mut insert = tx.prepare_cached("insert or ignore into fork (log, seq, hash, bytes) values (?1, ?2, ?3, ?4)")?;
    for entry in branch {
        insert.execute(params![n, to_i64(entry.entry().seq), entry.hash().as_bytes(), entry.bytes()])?;
    }
    Ok(())
}

/// The next entries of such a branch behind `after`, at most `limit`.
pub(crate) fn branch(db: &Connection, n: i64, after: u64, limit: u32) -> Result<Vec<SealedEntry>, StoreError> {
    let mut statement = db.prepare_cached("select bytes from fork where log = ?1 and seq > ?2 order by seq limit ?3")?;
    let rows = statement.query_map(params![n, to_i64(after), limit], |row| row.get::<_, Vec<u8>>(0))?;
    rows.map(|bytes| SealedEntry::open(bytes?).map_err(|fault| StoreError::Corrupt(format!("a kept entry cannot be read: {fault}"))))
        .collect()
}
