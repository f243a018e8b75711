//! The table `salvaged`: entries that wait for those before them.

use super::{Place, entry::open_entry, is_receipt};
use crate::platform::{self, StoreError, from_i64, to_i64};
use duka_ledger::{Hash, SealedEntry};
use rusqlite::{Connection, params};

pub(super) const COLUMNS: [&str; 5] = ["log", "seq", "hash", "receipt", "bytes"];

/// An entry that waits, and its log's number, as a row of this table says them that was read without SQLite; none when it is no such row.
pub(crate) fn set_aside(row: &platform::Row) -> Option<(i64, SealedEntry)> {
    let row = row.named(&COLUMNS)?;
    row.get("receipt").integer()?;
    let sealed = SealedEntry::open(row.get("bytes").blob()?.to_vec()).ok()?;
    let same = row.get("seq").integer() == Some(to_i64(sealed.entry().seq)) && row.get("hash").blob() == Some(sealed.hash().as_bytes());
    Some((row.get("log").integer()?, sealed)).filter(|_| same)
}

/// Keeps an entry that cannot stand in its log yet.
pub(crate) fn put_aside_in_tx(tx: &Connection, n: i64, own: bool, entry: &SealedEntry) -> Result<(), StoreError> {
    tx.prepare_cached("insert or ignore into salvaged (log, seq, hash, receipt, bytes) values (?1, ?2, ?3, ?4, ?5)")?.execute(params![
        n,
        to_i64(entry.entry().seq),
        entry.hash().as_bytes(),
        own && is_receipt(entry.entry().kind),
        entry.bytes()
    ])?;
    Ok(())
}

/// A log that an entry follows by now which waited for it.
pub(crate) fn adoptable(db: &Connection) -> Result<Option<i64>, StoreError> {
    let mut statement = db.prepare_cached(
        "select log.n, log.hash, salvaged.bytes from salvaged join log on log.n = salvaged.log and salvaged.seq = log.seq + 1
         where not log.forked order by log.n",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if open_entry(row.get(2)?)?.entry().prev == Hash::from_bytes(row.get(1)?) {
            return Ok(Some(row.get(0)?));
        }
    }
    Ok(None)
}

/// This till's own sales and refunds that wait.
pub(crate) fn awaiting_receipts(db: &Connection) -> Result<u64, StoreError> {
    Ok(from_i64(db.prepare_cached("select count(*) from salvaged where receipt")?.query_row([], |row| row.get(0))?))
}

/// The entries that wait at one place.
pub(crate) fn waiting_at(db: &Connection, n: i64, seq: u64) -> Result<Vec<SealedEntry>, StoreError> {
    let mut statement = db.prepare_cached("select bytes from salvaged where log = ?1 and seq = ?2 order by hash")?;
    let rows = statement.query_map(params![n, to_i64(seq)], |row| row.get(0))?;
    rows.map(|bytes| open_entry(bytes?)).collect()
}

/// Forgets what stands in its log by now.
pub(crate) fn forget_held_in_tx(tx: &Connection, n: i64, from: u64, to: u64) -> Result<(), StoreError> {
    tx.prepare_cached(
        "delete from salvaged where log = ?1 and seq between ?2 and ?3
         and exists (select 1 from entry where entry.place = ?4 + salvaged.seq and entry.bytes = salvaged.bytes)",
    )?
    .execute(params![n, to_i64(from), to_i64(to), Place::of(n, 0)?.number()])?;
    Ok(())
}
