//! The table `entry`.

use super::{Place, log};
use crate::platform::{StoreError, from_i64};
use duka_ledger::{
    LogId, SealedEntry,
    rule::{StoredVerdict, Verdict, VerdictKind},
};
use rusqlite::{Connection, OptionalExtension, Params, Statement, params};
use std::collections::HashMap;

pub(crate) fn insert_entry_in_tx(tx: &Connection, place: Place, entry: &SealedEntry, verdict: &Verdict) -> Result<(), StoreError> {
    let StoredVerdict { kind, reason } = verdict.into();
    tx.prepare_cached("insert into entry (place, kind, state, reason, bytes) values (?1, ?2, ?3, ?4, ?5)")?.execute(params![
        place.number(),
        i64::from(entry.entry().kind),
        kind.number(),
        reason,
        entry.bytes()
    ])?;
    Ok(())
}

pub(crate) fn set_verdict_in_tx(tx: &Connection, place: Place, verdict: &Verdict) -> Result<(), StoreError> {
    let StoredVerdict { kind, reason } = verdict.into();
    tx.prepare_cached("update entry set state = ?2, reason = ?3 where place = ?1")?.execute(params![
        place.number(),
        kind.number(),
        reason
    ])?;
    Ok(())
}

/// How many entries wait and how many are flagged.
pub(crate) fn counts(db: &Connection) -> Result<(u64, u64), StoreError> {
    let count = |state: VerdictKind| -> Result<u64, StoreError> {
        let mut statement = db.prepare_cached("select count(*) from entry where state <> 0 and state = ?1")?;
        Ok(from_i64(statement.query_row([state.number()], |row| row.get(0))?))
    };
    Ok((count(VerdictKind::Waiting)?, count(VerdictKind::Flagged)?))
}

/// Entries of which this became, with the reason; at most `limit`, the last ones.
pub(crate) fn with_verdict(db: &Connection, kind: VerdictKind, limit: u32) -> Result<Vec<(SealedEntry, String)>, StoreError> {
    let mut statement =
        db.prepare_cached("select bytes, reason from entry where state <> 0 and state = ?1 order by place desc limit ?2")?;
    let mut rows = statement.query(params![kind.number(), limit])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push((open_entry(row.get(0)?)?, row.get::<_, Option<String>>(1)?.unwrap_or_default()));
    }
    Ok(all)
}

/// Which entries are flagged.
pub(crate) fn flagged(db: &Connection) -> Result<Vec<(LogId, u64)>, StoreError> {
    let logs: HashMap<i64, LogId> = log::heads(db)?.into_iter().map(|log| (log.n, log.head.log)).collect();
    let mut statement = db.prepare_cached("select place from entry where state <> 0 and state = ?1 order by place")?;
    let places: Vec<Place> =
        statement.query_map([VerdictKind::Flagged.number()], |row| row.get(0).map(Place))?.collect::<Result<_, _>>()?;
    Ok(places.into_iter().filter_map(|place| Some((*logs.get(&place.log())?, place.seq()))).collect())
}

/// An entry of which these are the bytes.
pub(crate) fn open_entry(bytes: Vec<u8>) -> Result<SealedEntry, StoreError> {
    SealedEntry::open(bytes).map_err(|fault| StoreError::Corrupt(format!("a journal entry cannot be read: {fault}")))
}

/// The entry at a place of a log.
pub(crate) fn entry_at(db: &Connection, n: i64, seq: u64) -> Result<Option<SealedEntry>, StoreError> {
    let place = Place::of(n, seq)?.number();
    let bytes: Option<Vec<u8>> =
        db.prepare_cached("select bytes from entry where place = ?1")?.query_row([place], |row| row.get(0)).optional()?;
    bytes.map(open_entry).transpose()
}

/// The bytes of consecutive entries of a log.
pub(crate) fn entry_bytes(db: &Connection, n: i64, from: u64, to: u64) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut statement = db.prepare_cached("select bytes from entry where place between ?1 and ?2 order by place")?;
    let rows = statement.query_map([Place::of(n, from)?.number(), Place::of(n, to)?.number()], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The size of each of the next entries of a log, at most `limit`, and whether a signature over the log up to there is kept.
pub(crate) fn entry_sizes(db: &Connection, n: i64, from: u64, to: u64, limit: usize) -> Result<Vec<(usize, bool)>, StoreError> {
    let mut statement = db.prepare_cached(
        "select length(entry.bytes), signed_head.place is not null from entry left join signed_head using (place)
         where entry.place between ?1 and ?2 order by entry.place limit ?3",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![Place::of(n, from)?.number(), Place::of(n, to)?.number(), limit], |row| {
        Ok((usize::try_from(row.get::<_, i64>(0)?).unwrap_or(usize::MAX), row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// An entry as its bytes, and what became of it.
pub(crate) struct Raw {
    pub(crate) place: Place,
    pub(crate) verdict: StoredVerdict,
    pub(crate) bytes: Vec<u8>,
}

/// An entry, and what became of it.
pub(crate) struct Kept {
    pub(crate) place: Place,
    pub(crate) sealed: SealedEntry,
    pub(crate) verdict: StoredVerdict,
}

fn raw(statement: &mut Statement<'_>, params: impl Params) -> Result<Vec<Raw>, StoreError> {
    let mut rows = statement.query(params)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let kind = VerdictKind::from_number(row.get(1)?).ok_or_else(|| StoreError::Corrupt("what became of an entry".into()))?;
        all.push(Raw { place: Place(row.get(0)?), verdict: StoredVerdict { kind, reason: row.get(2)? }, bytes: row.get(3)? });
    }
    Ok(all)
}

fn kept(statement: &mut Statement<'_>, params: impl Params) -> Result<Vec<Kept>, StoreError> {
    let open = |Raw { place, verdict, bytes }| Ok(Kept { place, verdict, sealed: open_entry(bytes)? });
    raw(statement, params)?.into_iter().map(open).collect()
}

/// The last entries of a log behind `after`, the very last first, at most `limit`.
pub(crate) fn entry_back(db: &Connection, n: i64, after: u64, limit: u32) -> Result<Vec<Kept>, StoreError> {
    let text = "select place, state, reason, bytes from entry where place > ?1 and place <= ?2 order by place desc limit ?3";
    kept(&mut *db.prepare_cached(text)?, params![Place::of(n, after)?.number(), Place::last_of(n)?.number(), limit])
}

const NEXT: &str = "select place, state, reason, bytes from entry where place between ?1 and ?2 order by place limit ?3";

/// The next entries of a log from `from` on, at most `limit`.
pub(crate) fn entry_in(db: &Connection, n: i64, from: u64, limit: u32) -> Result<Vec<Kept>, StoreError> {
    kept(&mut *db.prepare_cached(NEXT)?, params![Place::of(n, from)?.number(), Place::last_of(n)?.number(), limit])
}

/// The same as their bytes, to be opened elsewhere.
pub(crate) fn entry_bytes_in(db: &Connection, n: i64, from: u64, limit: u32) -> Result<Vec<Raw>, StoreError> {
    raw(&mut *db.prepare_cached(NEXT)?, params![Place::of(n, from)?.number(), Place::last_of(n)?.number(), limit])
}

/// The next entries of any log that wait, behind `after`, at most `limit`.
pub(crate) fn entry_waiting(db: &Connection, after: Option<Place>, limit: u32) -> Result<Vec<Kept>, StoreError> {
    let text = "select place, state, reason, bytes from entry where state <> 0 and state = ?1 and place > ?2 order by place limit ?3";
    kept(&mut *db.prepare_cached(text)?, params![VerdictKind::Waiting.number(), after.map_or(0, Place::number), limit])
}

/// Takes all entries of a log behind `after` out, and what its writer signed of them.
pub(crate) fn remove_behind_in_tx(tx: &Connection, n: i64, after: u64) -> Result<(), StoreError> {
    let places = params![Place::of(n, after)?.number(), Place::last_of(n)?.number()];
    tx.prepare_cached("delete from entry where place > ?1 and place <= ?2")?.execute(places)?;
    tx.prepare_cached("delete from signed_head where place > ?1 and place <= ?2")?.execute(places)?;
    Ok(())
}

/// Whether an entry is held at a place, given by its number.
pub(crate) fn holds(db: &Connection, place: i64) -> Result<bool, StoreError> {
    Ok(db.prepare_cached("select 1 from entry where place = ?1")?.exists([place])?)
}
