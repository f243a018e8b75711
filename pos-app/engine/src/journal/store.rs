//! The tables `log`, `entry` and `fork`.

use crate::platform::{StoreError, from_i64, to_i64};
use duka_core::{CompanyId, DeviceId, ShopId, Timestamp};
use duka_ledger::{Hash, Head, LogId, Scope, SealedEntry};
use rusqlite::{Connection, OptionalExtension, Row, params};

const SEQ_BITS: u32 = 40;

/// Where an entry stands in this database: its log's number and its seq in one integer, so that entries of a log lie together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place(i64);

impl Place {
    /// A log holds at most 2^40 entries and a database 2^22 logs.
    pub(crate) fn of(log: i64, seq: u64) -> Result<Self, StoreError> {
        if seq >= 1 << SEQ_BITS || !(0..1 << 22).contains(&log) {
            return Err(StoreError::Fault(format!("entry {seq} of log {log} is past the limits of this database")));
        }
        Ok(Self(log << SEQ_BITS | to_i64(seq)))
    }

    pub(crate) const fn number(self) -> i64 {
        self.0
    }

    pub(crate) const fn from_number(number: i64) -> Self {
        Self(number)
    }

    pub(crate) const fn log(self) -> i64 {
        self.0 >> SEQ_BITS
    }

    pub(crate) fn seq(self) -> u64 {
        from_i64(self.0 & ((1 << SEQ_BITS) - 1))
    }
}

/// A log as this till holds it.
#[derive(Clone, Debug)]
pub(crate) struct LogRow {
    pub(crate) n: i64,
    pub(crate) log: LogId,
    pub(crate) seq: u64,
    pub(crate) hash: Hash,
    pub(crate) lamport: u64,
    pub(crate) at: Timestamp,
    pub(crate) acknowledged: u64,
    pub(crate) signed: Option<(u64, [u8; 64])>,
    pub(crate) forked: bool,
    pub(crate) former: bool,
}

impl LogRow {
    pub(crate) const fn head(&self) -> Head {
        Head { log: self.log, seq: self.seq, hash: self.hash }
    }
}

macro_rules! columns {
    () => {
        "n, device, scope, scope_id, seq, hash, lamport, at, acknowledged, signed_seq, signature, forked, former"
    };
}

fn read_log(row: &Row<'_>) -> rusqlite::Result<LogRow> {
    let scope_id: [u8; 16] = row.get(3)?;
    let scope = if row.get::<_, i64>(2)? == 0 {
        Scope::Company(CompanyId::from_bytes(scope_id))
    } else {
        Scope::Shop(ShopId::from_bytes(scope_id))
    };
    let signed_seq: i64 = row.get(9)?;
    Ok(LogRow {
        n: row.get(0)?,
        log: LogId { device: DeviceId::from_bytes(row.get(1)?), scope },
        seq: from_i64(row.get(4)?),
        hash: Hash::from_bytes(row.get(5)?),
        lamport: from_i64(row.get(6)?),
        at: Timestamp::from_micros(row.get(7)?),
        acknowledged: from_i64(row.get(8)?),
        signed: row.get::<_, Option<[u8; 64]>>(10)?.map(|signature| (from_i64(signed_seq), signature)),
        forked: row.get(11)?,
        former: row.get(12)?,
    })
}

/// All logs, by writer and scope.
pub(crate) fn logs(db: &Connection) -> Result<Vec<LogRow>, StoreError> {
    let mut statement = db.prepare_cached(concat!("select ", columns!(), " from log order by device, scope, scope_id"))?;
    let rows = statement.query_map([], read_log)?.collect::<Result<_, _>>()?;
    Ok(rows)
}

/// The logs that `device` writes.
pub(crate) fn logs_of(db: &Connection, device: DeviceId) -> Result<Vec<LogRow>, StoreError> {
    let mut statement = db.prepare_cached(concat!("select ", columns!(), " from log where device = ?1"))?;
    let rows = statement.query_map([device.as_bytes()], read_log)?.collect::<Result<_, _>>()?;
    Ok(rows)
}

pub(crate) fn log(db: &Connection, log: LogId) -> Result<Option<LogRow>, StoreError> {
    let mut statement = db.prepare_cached(concat!("select ", columns!(), " from log where device = ?1 and scope_id = ?2"))?;
    Ok(statement.query_row(params![log.device.as_bytes(), log.scope.id_bytes()], read_log).optional()?)
}

pub(crate) fn log_by_number(db: &Connection, n: i64) -> Result<Option<LogRow>, StoreError> {
    let mut statement = db.prepare_cached(concat!("select ", columns!(), " from log where n = ?1"))?;
    Ok(statement.query_row([n], read_log).optional()?)
}

/// The largest lamport time that any log has.
pub(crate) fn max_lamport(db: &Connection) -> Result<u64, StoreError> {
    let max: i64 = db.prepare_cached("select coalesce(max(lamport), 0) from log")?.query_row([], |row| row.get(0))?;
    Ok(from_i64(max))
}

/// Begins to hold a log. An own log starts from the largest lamport time seen so far.
pub(crate) fn add_log_in_tx(tx: &Connection, log: LogId, lamport: u64) -> Result<LogRow, StoreError> {
    let scope = match log.scope {
        Scope::Company(_) => 0,
        Scope::Shop(_) => 1,
    };
    tx.prepare_cached("insert into log (device, scope, scope_id, seq, hash, lamport, at) values (?1, ?2, ?3, 0, ?4, ?5, 0)")?
        .execute(params![log.device.as_bytes(), scope, log.scope.id_bytes(), Hash::NONE.as_bytes(), to_i64(lamport)])?;
    let n = tx.last_insert_rowid();
    log_by_number(tx, n)?.ok_or_else(|| StoreError::Fault("a new log is not there".into()))
}

/// Moves a log's head on.
pub(crate) fn advance_in_tx(tx: &Connection, log: &LogRow) -> Result<(), StoreError> {
    let changed = tx.prepare_cached("update log set seq = ?2, hash = ?3, lamport = ?4, at = ?5 where n = ?1")?.execute(params![
        log.n,
        to_i64(log.seq),
        log.hash.as_bytes(),
        to_i64(log.lamport),
        log.at.micros()
    ])?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Fault(format!("log {} is gone", log.n))) }
}

/// Keeps the signature of a received head, to relay it with its entries.
pub(crate) fn sign_in_tx(tx: &Connection, n: i64, seq: u64, signature: &[u8; 64]) -> Result<(), StoreError> {
    tx.prepare_cached("update log set signed_seq = ?2, signature = ?3 where n = ?1")?.execute(params![n, to_i64(seq), signature])?;
    Ok(())
}

/// What this till has seen of others' time moves its own on.
pub(crate) fn witness_in_tx(tx: &Connection, own: DeviceId, lamport: u64) -> Result<(), StoreError> {
    tx.prepare_cached("update log set lamport = ?2 where device = ?1 and lamport < ?2")?
        .execute(params![own.as_bytes(), to_i64(lamport)])?;
    Ok(())
}

/// From now on these logs are a former device's: they grow no more, but what the server lacks of them is still to be sent.
pub(crate) fn retire_in_tx(tx: &Connection, device: DeviceId) -> Result<(), StoreError> {
    tx.prepare_cached("update log set former = 1 where device = ?1")?.execute([device.as_bytes()])?;
    Ok(())
}

/// The logs that were written in this database: by `device` and by those it was before.
pub(crate) fn written_here(db: &Connection, device: DeviceId) -> Result<Vec<LogRow>, StoreError> {
    let mut statement = db.prepare_cached(concat!("select ", columns!(), " from log where device = ?1 or former order by n"))?;
    let rows = statement.query_map([device.as_bytes()], read_log)?.collect::<Result<_, _>>()?;
    Ok(rows)
}

/// What the server holds of an own log.
pub(crate) fn acknowledge_in_tx(tx: &Connection, n: i64, seq: u64) -> Result<(), StoreError> {
    tx.prepare_cached("update log set acknowledged = ?2 where n = ?1")?.execute(params![n, to_i64(seq)])?;
    Ok(())
}

pub(crate) fn insert_entry_in_tx(tx: &Connection, place: Place, entry: &SealedEntry, state: i64) -> Result<(), StoreError> {
    tx.prepare_cached("insert into entry (place, lamport, kind, state, bytes) values (?1, ?2, ?3, ?4, ?5)")?.execute(params![
        place.number(),
        to_i64(entry.entry().lamport),
        i64::from(entry.entry().kind),
        state,
        entry.bytes()
    ])?;
    Ok(())
}

pub(crate) fn set_state_in_tx(tx: &Connection, place: Place, state: i64) -> Result<(), StoreError> {
    tx.prepare_cached("update entry set state = ?2 where place = ?1")?.execute(params![place.number(), state])?;
    Ok(())
}

fn opened(bytes: Vec<u8>) -> Result<SealedEntry, StoreError> {
    SealedEntry::open(bytes).map_err(|fault| StoreError::Corrupt(format!("a journal entry cannot be read: {fault}")))
}

/// The entry at a place.
pub(crate) fn entry_at(db: &Connection, place: Place) -> Result<Option<SealedEntry>, StoreError> {
    let bytes: Option<Vec<u8>> =
        db.prepare_cached("select bytes from entry where place = ?1")?.query_row([place.number()], |row| row.get(0)).optional()?;
    bytes.map(opened).transpose()
}

/// Entries of a log in order, `from` to `to`; `take` says of each one's size whether it still fits.
pub(crate) fn entries(
    db: &Connection,
    n: i64,
    from: u64,
    to: u64,
    mut take: impl FnMut(usize) -> bool,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut statement = db.prepare_cached("select bytes from entry where place between ?1 and ?2 order by place")?;
    let mut rows = statement.query([Place::of(n, from)?.number(), Place::of(n, to)?.number()])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let bytes: Vec<u8> = row.get(0)?;
        if !take(bytes.len()) {
            break;
        }
        all.push(bytes);
    }
    Ok(all)
}

/// Every place in the order that a rebuild folds: lamport, device, seq (I8).
pub(crate) fn places_in_order(db: &Connection) -> Result<Vec<Place>, StoreError> {
    let mut statement =
        db.prepare("select entry.place from entry join log on log.n = entry.place >> 40 order by entry.lamport, log.device, entry.place")?;
    let rows = statement.query_map([], |row| row.get(0).map(Place))?.collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Entries that were not projected, with their kinds.
pub(crate) fn waiting(db: &Connection) -> Result<Vec<(Place, u16)>, StoreError> {
    let mut statement = db.prepare_cached("select place, kind from entry where state = 1 order by place")?;
    let rows = statement.query_map([], |row| Ok((Place(row.get(0)?), row.get::<_, u16>(1)?)))?.collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Keeps the other branch of a log and marks it (I3). Doing it again changes nothing.
pub(crate) fn note_fork_in_tx(tx: &Connection, n: i64, branch: &[SealedEntry]) -> Result<(), StoreError> {
    tx.prepare_cached("update log set forked = 1 where n = ?1")?.execute([n])?;
    let mut insert = tx.prepare_cached("insert or ignore into fork (log, seq, hash, bytes) values (?1, ?2, ?3, ?4)")?;
    for entry in branch {
        insert.execute(params![n, to_i64(entry.entry().seq), entry.hash().as_bytes(), entry.bytes()])?;
    }
    Ok(())
}
