//! The table `log`.

use super::{Place, is_receipt};
use crate::platform::{self, StoreError, from_i64, to_i64};
use duka_core::{CompanyId, DeviceId, ShopId, Timestamp};
use duka_ledger::{Hash, Head, Kind, LogId, Scope, SealedEntry, fold, rule::LogState};
use rusqlite::{Connection, OptionalExtension, Row, params};

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
    /// Whether `state` is what the rules remember of it, and the tables follow it; else it is to be folded again.
    pub(crate) is_current: bool,
    /// Whether the state that is kept can be read.
    pub(crate) is_readable: bool,
    /// Where it is to be cut back to first.
    pub(crate) cut: Option<u64>,
}

impl LogRow {
    /// Moves behind an entry that follows its last.
    pub(crate) fn follow(&mut self, sealed: &SealedEntry) {
        self.seq = sealed.entry().seq;
        self.hash = sealed.hash();
        self.at = sealed.entry().at;
        self.receipts = self.receipts.saturating_add(u64::from(is_receipt(sealed.entry().kind)));
    }

    /// Moves back to an entry, or before the first, `left` of those behind it being taken out.
    pub(crate) fn go_back<'e>(&mut self, head: Option<&SealedEntry>, left: impl IntoIterator<Item = &'e SealedEntry>) {
        let receipts = left.into_iter().filter(|sealed| is_receipt(sealed.entry().kind)).count();
        self.receipts = self.receipts.saturating_sub(u64::try_from(receipts).unwrap_or(u64::MAX));
        self.seq = head.map_or(0, |sealed| sealed.entry().seq);
        self.hash = head.map_or(Hash::NONE, SealedEntry::hash);
        self.at = head.map_or(Timestamp::EPOCH, |sealed| sealed.entry().at);
    }
}

/// How far a log goes here and at the server: all that is asked of many logs at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogHead {
    pub(crate) n: i64,
    pub(crate) head: Head,
    pub(crate) receipts: u64,
    /// The last entry that the server holds, as far as is known; told only of logs that were written here.
    pub(crate) acknowledged: u64,
    /// Receipts up to there.
    pub(crate) acknowledged_receipts: u64,
    /// Another branch of it came (I3).
    pub(crate) forked: bool,
    /// Written here under an earlier device id.
    pub(crate) former: bool,
}

pub(super) const COLUMNS: [&str; 16] = [
    "n",
    "device",
    "scope",
    "scope_id",
    "seq",
    "hash",
    "at",
    "lamport",
    "state",
    "receipts",
    "acknowledged",
    "acknowledged_receipts",
    "forked",
    "former",
    "folded",
    "cut",
];

macro_rules! columns {
    () => {
        "n, device, scope, scope_id, seq, hash, at, state, receipts, folded, cut"
    };
}

macro_rules! head_columns {
    () => {
        "n, device, scope, scope_id, seq, hash, receipts, acknowledged, acknowledged_receipts, forked, former"
    };
}

fn read_id(row: &Row<'_>) -> rusqlite::Result<LogId> {
    Ok(id(row.get(1)?, row.get(2)?, row.get(3)?))
}

const fn id(device: [u8; 16], scope: i64, scope_id: [u8; 16]) -> LogId {
    let scope = match scope {
        0 => Scope::Company(CompanyId::from_bytes(scope_id)),
        _ => Scope::Shop(ShopId::from_bytes(scope_id)),
    };
    LogId { device: DeviceId::from_bytes(device), scope }
}

/// The head of a log as a row of this table says it that was read without SQLite; none when it is no such row.
pub(crate) fn head_of(row: &platform::Row) -> Option<LogHead> {
    let cells = row.named(&COLUMNS)?;
    let number = |column| cells.get(column).integer();
    cells.get("state").blob()?;
    let log = id(cells.get("device").id()?, number("scope").filter(|scope| (0..=1).contains(scope))?, cells.get("scope_id").id()?);
    Some(LogHead {
        n: row.number,
        head: Head { log, seq: from_i64(number("seq")?), hash: Hash::from_bytes(cells.get("hash").id()?) },
        receipts: from_i64(number("receipts")?),
        acknowledged: from_i64(number("acknowledged")?),
        acknowledged_receipts: from_i64(number("acknowledged_receipts")?),
        forked: number("forked")? != 0,
        former: number("former")? != 0,
    })
}

fn read_head(row: &Row<'_>) -> rusqlite::Result<LogHead> {
    Ok(LogHead {
        n: row.get(0)?,
        head: Head { log: read_id(row)?, seq: from_i64(row.get(4)?), hash: Hash::from_bytes(row.get(5)?) },
        receipts: from_i64(row.get(6)?),
        acknowledged: from_i64(row.get(7)?),
        acknowledged_receipts: from_i64(row.get(8)?),
        forked: row.get(9)?,
        former: row.get(10)?,
    })
}

/// A state that cannot be read (of another version, or damaged) is found out again by folding the log.
fn read_log(row: &Row<'_>) -> rusqlite::Result<LogRow> {
    let state: Option<LogState> = minicbor::decode(row.get_ref(7)?.as_blob()?).ok();
    Ok(LogRow {
        n: row.get(0)?,
        log: read_id(row)?,
        seq: from_i64(row.get(4)?),
        hash: Hash::from_bytes(row.get(5)?),
        at: Timestamp::from_micros(row.get(6)?),
        receipts: from_i64(row.get(8)?),
        is_readable: state.is_some(),
        is_current: state.is_some() && row.get::<_, u32>(9)? == fold::version(),
        state: state.unwrap_or_default(),
        cut: row.get::<_, Option<i64>>(10)?.map(from_i64),
    })
}

fn encoded(state: &LogState) -> Result<Vec<u8>, StoreError> {
    minicbor::to_vec(state).map_err(|fault| StoreError::Fault(fault.to_string()))
}

/// All logs that hold an entry.
pub(crate) fn heads(db: &Connection) -> Result<Vec<LogHead>, StoreError> {
    let mut statement = db.prepare_cached(concat!("select ", head_columns!(), " from log where seq > 0"))?;
    let rows = statement.query_map([], read_head)?.collect::<Result<_, _>>()?;
    Ok(rows)
}

pub(crate) fn head(db: &Connection, log: LogId) -> Result<Option<LogHead>, StoreError> {
    let mut statement = db.prepare_cached(concat!("select ", head_columns!(), " from log where device = ?1 and scope_id = ?2"))?;
    Ok(statement.query_row(params![log.device.as_bytes(), log.scope.id_bytes()], read_head).optional()?)
}

/// All logs with what the rules remember of them.
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

/// The log with this number.
pub(crate) fn log_at(db: &Connection, n: i64) -> Result<Option<LogRow>, StoreError> {
    let mut statement = db.prepare_cached(concat!("select ", columns!(), " from log where n = ?1"))?;
    Ok(statement.query_row([n], read_log).optional()?)
}

pub(crate) fn log(db: &Connection, log: LogId) -> Result<Option<LogRow>, StoreError> {
    let mut statement = db.prepare_cached(concat!("select ", columns!(), " from log where device = ?1 and scope_id = ?2"))?;
    Ok(statement.query_row(params![log.device.as_bytes(), log.scope.id_bytes()], read_log).optional()?)
}

/// What the rules remember of a log; of one that is not held, what they do of an empty one.
pub(crate) fn state(db: &Connection, id: LogId) -> Result<LogState, StoreError> {
    Ok(log(db, id)?.map(|log| log.state).unwrap_or_default())
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
    tx.prepare_cached(
        "insert into log (device, scope, scope_id, seq, hash, at, lamport, state, folded) values (?1, ?2, ?3, 0, ?4, 0, 0, ?5, ?6)",
    )?
    .execute(params![
        id.device.as_bytes(),
        scope,
        id.scope.id_bytes(),
        Hash::NONE.as_bytes(),
        encoded(&LogState::default())?,
        fold::version()
    ])?;
    log(tx, id)?.ok_or_else(|| StoreError::Fault("a new log is not there".into()))
}

/// Begins to hold a log that a damaged database held under number `n`.
pub(crate) fn add_salvaged_in_tx(tx: &Connection, n: i64, id: LogId, former: bool, forked: bool) -> Result<LogRow, StoreError> {
    let log = add_log_in_tx(tx, id)?;
    tx.prepare_cached("update log set n = ?2, former = ?3, forked = ?4 where n = ?1")?.execute(params![log.n, n, former, forked])?;
    Ok(LogRow { n, ..log })
}

/// Says where a log stands by now.
pub(crate) fn advance_in_tx(tx: &Connection, log: &LogRow) -> Result<(), StoreError> {
    let changed = tx
        .prepare_cached(
            "update log set seq = ?2, hash = ?3, at = ?4, lamport = ?5, state = ?6, receipts = ?7, folded = ?8, cut = ?9 where n = ?1",
        )?
        .execute(params![
            log.n,
            to_i64(log.seq),
            log.hash.as_bytes(),
            log.at.micros(),
            to_i64(log.state.lamport()),
            encoded(&log.state)?,
            to_i64(log.receipts),
            if log.is_current { fold::version() } else { 0 },
            log.cut.map(to_i64)
        ])?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Fault(format!("log {} is gone", log.n))) }
}

/// Has all that is held of a device folded again.
pub(crate) fn mark_in_tx(tx: &Connection, device: DeviceId) -> Result<(), StoreError> {
    tx.prepare_cached("update log set folded = 0 where device = ?1")?.execute([device.as_bytes()])?;
    Ok(())
}

/// Has one log folded again.
pub(crate) fn mark_log_in_tx(tx: &Connection, n: i64) -> Result<(), StoreError> {
    tx.prepare_cached("update log set folded = 0 where n = ?1")?.execute([n])?;
    Ok(())
}

/// Has a log cut back to its entry at `seq`, and then folded again.
pub(crate) fn mark_cut_in_tx(tx: &Connection, n: i64, seq: u64) -> Result<(), StoreError> {
    tx.prepare_cached("update log set cut = ?2, folded = 0 where n = ?1")?.execute(params![n, to_i64(seq)])?;
    Ok(())
}

/// Says that the tables hold what only another version can have written.
pub(crate) fn mark_foreign_in_tx(tx: &Connection, n: i64) -> Result<(), StoreError> {
    tx.prepare_cached("update log set folded = ?2 where n = ?1")?.execute(params![n, OTHER])?;
    Ok(())
}

/// A version of the fold that there never is.
const OTHER: u32 = u32::MAX;

/// Whether another version of the fold wrote the rows of a log.
pub(crate) fn is_foreign(db: &Connection) -> Result<bool, StoreError> {
    Ok(db.prepare_cached("select 1 from log where folded not in (0, ?1)")?.exists([fold::version()])?)
}

/// The next log that is to be folded again: that of `first` before all others.
pub(crate) fn due(db: &Connection, first: DeviceId) -> Result<Option<LogRow>, StoreError> {
    let mut statement = db.prepare_cached(concat!(
        "select ",
        columns!(),
        " from log where folded <> ?1 or cut is not null order by device <> ?2, n limit 1"
    ))?;
    Ok(statement.query_row(params![fold::version(), first.as_bytes()], read_log).optional()?)
}

/// Whether any log is to be folded again.
pub(crate) fn is_any_due(db: &Connection) -> Result<bool, StoreError> {
    Ok(db.prepare_cached("select 1 from log where folded <> ?1 or cut is not null")?.exists([fold::version()])?)
}

/// Has the logs folded again whose state cannot be read: another version remembers something else.
pub(crate) fn mark_unreadable_in_tx(tx: &Connection) -> Result<(), StoreError> {
    let unreadable = logs(tx)?.into_iter().filter(|log| !log.is_readable);
    unreadable.map(|log| log.n).try_for_each(|n| mark_log_in_tx(tx, n))
}

/// From now on these logs are a former device's: they grow no more, but what the server lacks of them is still to be sent.
pub(crate) fn retire_in_tx(tx: &Connection, device: DeviceId) -> Result<(), StoreError> {
    tx.prepare_cached("update log set former = 1 where device = ?1")?.execute([device.as_bytes()])?;
    Ok(())
}

/// Says of a log that was cut back that it has one branch. What the server holds of it is no more than there is.
pub(crate) fn whole_in_tx(tx: &Connection, n: i64) -> Result<(), StoreError> {
    let text = "update log set forked = 0, acknowledged = min(acknowledged, seq),
        acknowledged_receipts = case when acknowledged < seq then acknowledged_receipts else receipts end where n = ?1";
    tx.prepare_cached(text)?.execute([n])?;
    Ok(())
}

/// The logs that were written in this database: by `device` and by those it was before.
pub(crate) fn written_here(db: &Connection, device: DeviceId) -> Result<Vec<LogHead>, StoreError> {
    let mut statement = db.prepare_cached(concat!("select ", head_columns!(), " from log where device = ?1 or former order by n"))?;
    let rows = statement.query_map([device.as_bytes()], read_head)?.collect::<Result<_, _>>()?;
    Ok(rows)
}

/// What the server holds of a log. Counts the receipts between what was known and that, so that nobody counts the whole backlog.
pub(crate) fn acknowledge_in_tx(tx: &Connection, log: &LogHead, seq: u64) -> Result<(), StoreError> {
    let receipts = if seq >= log.acknowledged {
        log.acknowledged_receipts.saturating_add(receipts_between(tx, log.n, log.acknowledged, seq)?)
    } else {
        log.acknowledged_receipts.saturating_sub(receipts_between(tx, log.n, seq, log.acknowledged)?)
    };
    tx.prepare_cached("update log set acknowledged = ?2, acknowledged_receipts = ?3 where n = ?1")?.execute(params![
        log.n,
        to_i64(seq),
        to_i64(receipts)
    ])?;
    Ok(())
}

/// Receipts of a log behind a place.
pub(crate) fn receipts_behind(db: &Connection, log: &LogHead, seq: u64) -> Result<u64, StoreError> {
    receipts_between(db, log.n, seq, log.head.seq)
}

fn receipts_between(db: &Connection, n: i64, after: u64, to: u64) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached("select count(*) from entry where place > ?1 and place <= ?2 and kind in (?3, ?4)")?;
    let (after, to) = (Place::of(n, after)?.number(), Place::of(n, to)?.number());
    let [sale, refund] = Kind::RECEIPTS.map(Kind::number);
    Ok(from_i64(statement.query_row(params![after, to, sale, refund], |row| row.get(0))?))
}
