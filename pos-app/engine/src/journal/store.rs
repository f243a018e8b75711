//! The tables `log`, `entry` and `fork`.

use crate::platform::{StoreError, from_i64, to_i64};
use duka_core::{CompanyId, DeviceId, ShopId, Timestamp};
use duka_ledger::{
    Hash, Head, Kind, LogId, Scope, SealedEntry,
    rule::{LogState, Verdict},
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::HashMap;

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

    fn last_of(log: i64) -> Result<Self, StoreError> {
        Self::of(log, (1 << SEQ_BITS) - 1)
    }

    pub(crate) const fn number(self) -> i64 {
        self.0
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
    pub(crate) at: Timestamp,
    pub(crate) state: LogState,
    /// Receipts in it.
    pub(crate) receipts: u64,
    /// The last entry that the server holds, as far as is known.
    pub(crate) acknowledged: u64,
    /// Receipts up to there.
    pub(crate) acknowledged_receipts: u64,
    pub(crate) signed: Option<(u64, [u8; 64])>,
    pub(crate) forked: bool,
    pub(crate) former: bool,
}

impl LogRow {
    pub(crate) const fn head(&self) -> Head {
        Head { log: self.log, seq: self.seq, hash: self.hash }
    }

    /// Moves behind an entry that follows its last.
    pub(crate) fn follow(&mut self, sealed: &SealedEntry) {
        self.seq = sealed.entry().seq;
        self.hash = sealed.hash();
        self.at = sealed.entry().at;
        self.receipts = self.receipts.saturating_add(u64::from(is_receipt(sealed.entry().kind)));
    }
}

fn is_receipt(kind: u16) -> bool {
    matches!(Kind::from_number(kind), Some(Kind::SaleCompleted | Kind::RefundCompleted))
}

macro_rules! columns {
    () => {
        "n, device, scope, scope_id, seq, hash, at, state, receipts, acknowledged, acknowledged_receipts, signed_seq, signature, forked, former"
    };
}

fn read_log(row: &Row<'_>) -> rusqlite::Result<LogRow> {
    let scope_id: [u8; 16] = row.get(3)?;
    let scope = if row.get::<_, i64>(2)? == 0 {
        Scope::Company(CompanyId::from_bytes(scope_id))
    } else {
        Scope::Shop(ShopId::from_bytes(scope_id))
    };
    let signed_seq: i64 = row.get(11)?;
    let state = minicbor::decode(row.get_ref(7)?.as_blob()?)
        .map_err(|fault| rusqlite::Error::FromSqlConversionFailure(7, rusqlite::types::Type::Blob, Box::new(fault)))?;
    Ok(LogRow {
        n: row.get(0)?,
        log: LogId { device: DeviceId::from_bytes(row.get(1)?), scope },
        seq: from_i64(row.get(4)?),
        hash: Hash::from_bytes(row.get(5)?),
        at: Timestamp::from_micros(row.get(6)?),
        state,
        receipts: from_i64(row.get(8)?),
        acknowledged: from_i64(row.get(9)?),
        acknowledged_receipts: from_i64(row.get(10)?),
        signed: row.get::<_, Option<[u8; 64]>>(12)?.map(|signature| (from_i64(signed_seq), signature)),
        forked: row.get(13)?,
        former: row.get(14)?,
    })
}

fn encoded(state: &LogState) -> Result<Vec<u8>, StoreError> {
    minicbor::to_vec(state).map_err(|fault| StoreError::Fault(fault.to_string()))
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

/// The largest lamport time that any log has.
pub(crate) fn max_lamport(db: &Connection) -> Result<u64, StoreError> {
    let max: i64 = db.prepare_cached("select coalesce(max(lamport), 0) from log")?.query_row([], |row| row.get(0))?;
    Ok(from_i64(max))
}

/// Begins to hold a log.
pub(crate) fn add_log_in_tx(tx: &Connection, id: LogId) -> Result<LogRow, StoreError> {
    let scope = match id.scope {
        Scope::Company(_) => 0,
        Scope::Shop(_) => 1,
    };
    tx.prepare_cached("insert into log (device, scope, scope_id, seq, hash, at, lamport, state) values (?1, ?2, ?3, 0, ?4, 0, 0, ?5)")?
        .execute(params![id.device.as_bytes(), scope, id.scope.id_bytes(), Hash::NONE.as_bytes(), encoded(&LogState::default())?])?;
    log(tx, id)?.ok_or_else(|| StoreError::Fault("a new log is not there".into()))
}

/// Moves a log's head on.
pub(crate) fn advance_in_tx(tx: &Connection, log: &LogRow) -> Result<(), StoreError> {
    let changed = tx
        .prepare_cached("update log set seq = ?2, hash = ?3, at = ?4, lamport = ?5, state = ?6, receipts = ?7 where n = ?1")?
        .execute(params![
        log.n,
        to_i64(log.seq),
        log.hash.as_bytes(),
        log.at.micros(),
        to_i64(log.state.lamport()),
        encoded(&log.state)?,
        to_i64(log.receipts)
    ])?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Fault(format!("log {} is gone", log.n))) }
}

/// Keeps the signature of a received head, to relay it with its entries.
pub(crate) fn sign_in_tx(tx: &Connection, n: i64, seq: u64, signature: &[u8; 64]) -> Result<(), StoreError> {
    tx.prepare_cached("update log set signed_seq = ?2, signature = ?3 where n = ?1")?.execute(params![n, to_i64(seq), signature])?;
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

/// What the server holds of a log. Counts the receipts between what was known and that, so that nobody counts the whole backlog.
pub(crate) fn acknowledge_in_tx(tx: &Connection, log: &LogRow, seq: u64) -> Result<(), StoreError> {
    let between = |after: u64, to: u64| -> Result<u64, StoreError> {
        let mut statement = tx.prepare_cached("select count(*) from entry where place > ?1 and place <= ?2 and kind in (?3, ?4)")?;
        let (after, to) = (Place::of(log.n, after)?.number(), Place::of(log.n, to)?.number());
        let kinds = (Kind::SaleCompleted.number(), Kind::RefundCompleted.number());
        Ok(from_i64(statement.query_row(params![after, to, kinds.0, kinds.1], |row| row.get(0))?))
    };
    let receipts = if seq >= log.acknowledged {
        log.acknowledged_receipts.saturating_add(between(log.acknowledged, seq)?)
    } else {
        log.acknowledged_receipts.saturating_sub(between(seq, log.acknowledged)?)
    };
    tx.prepare_cached("update log set acknowledged = ?2, acknowledged_receipts = ?3 where n = ?1")?.execute(params![
        log.n,
        to_i64(seq),
        to_i64(receipts)
    ])?;
    Ok(())
}

/// What became of an entry, as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stood {
    Projected,
    Waiting,
    Flagged,
}

impl Stood {
    pub(crate) const fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Projected => Self::Projected,
            Verdict::Waiting(_) => Self::Waiting,
            Verdict::Flagged(_) => Self::Flagged,
        }
    }

    const fn number(self) -> i64 {
        match self {
            Self::Projected => 0,
            Self::Waiting => 1,
            Self::Flagged => 2,
        }
    }

    const fn from_number(number: i64) -> Self {
        match number {
            0 => Self::Projected,
            1 => Self::Waiting,
            _ => Self::Flagged,
        }
    }
}

fn reason(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Projected => None,
        Verdict::Waiting(wait) => Some(wait.to_string()),
        Verdict::Flagged(flag) => Some(flag.to_string()),
    }
}

pub(crate) fn insert_entry_in_tx(tx: &Connection, place: Place, entry: &SealedEntry, verdict: &Verdict) -> Result<(), StoreError> {
    tx.prepare_cached("insert into entry (place, kind, state, reason, bytes) values (?1, ?2, ?3, ?4, ?5)")?.execute(params![
        place.number(),
        i64::from(entry.entry().kind),
        Stood::of(verdict).number(),
        reason(verdict),
        entry.bytes()
    ])?;
    Ok(())
}

pub(crate) fn set_stood_in_tx(tx: &Connection, place: Place, verdict: &Verdict) -> Result<(), StoreError> {
    tx.prepare_cached("update entry set state = ?2, reason = ?3 where place = ?1")?.execute(params![
        place.number(),
        Stood::of(verdict).number(),
        reason(verdict)
    ])?;
    Ok(())
}

/// How many entries wait and how many are flagged.
pub(crate) fn counts(db: &Connection) -> Result<(u64, u64), StoreError> {
    let count = |state: Stood| -> Result<u64, StoreError> {
        let mut statement = db.prepare_cached("select count(*) from entry where state <> 0 and state = ?1")?;
        Ok(from_i64(statement.query_row([state.number()], |row| row.get(0))?))
    };
    Ok((count(Stood::Waiting)?, count(Stood::Flagged)?))
}

/// Which entries are flagged.
pub(crate) fn flagged(db: &Connection) -> Result<Vec<(LogId, u64)>, StoreError> {
    let logs: HashMap<i64, LogId> = logs(db)?.into_iter().map(|log| (log.n, log.log)).collect();
    let mut statement = db.prepare_cached("select place from entry where state <> 0 and state = ?1 order by place")?;
    let places: Vec<Place> = statement.query_map([Stood::Flagged.number()], |row| row.get(0).map(Place))?.collect::<Result<_, _>>()?;
    Ok(places.into_iter().filter_map(|place| Some((*logs.get(&place.log())?, place.seq()))).collect())
}

fn opened(bytes: Vec<u8>) -> Result<SealedEntry, StoreError> {
    SealedEntry::open(bytes).map_err(|fault| StoreError::Corrupt(format!("a journal entry cannot be read: {fault}")))
}

/// The entry at a place of a log.
pub(crate) fn entry_at(db: &Connection, n: i64, seq: u64) -> Result<Option<SealedEntry>, StoreError> {
    let place = Place::of(n, seq)?.number();
    let bytes: Option<Vec<u8>> =
        db.prepare_cached("select bytes from entry where place = ?1")?.query_row([place], |row| row.get(0)).optional()?;
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

/// The next entries of a log from `from` on, at most `limit`, and how each stands.
pub(crate) fn entry_in(db: &Connection, n: i64, from: u64, limit: u32) -> Result<Vec<(SealedEntry, Stood)>, StoreError> {
    let mut statement = db.prepare_cached("select bytes, state from entry where place between ?1 and ?2 order by place limit ?3")?;
    let mut rows = statement.query(params![Place::of(n, from)?.number(), Place::last_of(n)?.number(), limit])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push((opened(row.get(0)?)?, Stood::from_number(row.get(1)?)));
    }
    Ok(all)
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
