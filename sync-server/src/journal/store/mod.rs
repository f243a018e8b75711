//! Tables server, log, entry, signed_head; what the journal itself asks of record_change and device; in their own file fork and quarantine.

pub(in crate::journal) mod quarantine;

use super::{JournalError, Standing, Stored};
use crate::platform::db::{Db, DbError, Insert, Query, Tx};
use duka_core::{CompanyId, Currency, DeviceId, RecordId, ShopId};
use duka_ledger::{Body, Fact, Hash, Head, Held, LogId, RecordChanged, Scope, SealedEntry, fold, rule::LogState};
use uuid::Uuid;

/// A log, and where it stands.
#[derive(Clone, Debug)]
pub struct Log {
    /// Its number in this database.
    pub number: i64,
    /// Which log.
    pub id: LogId,
    /// Its last entry.
    pub seq: u64,
    /// And that one's hash.
    pub hash: Hash,
    /// Where it stands by the rules.
    pub state: LogState,
    /// The version of the fold that the tables follow it by; 0 when it is to be folded again.
    pub folded: u32,
}

impl Log {
    /// What is held of it.
    pub const fn held(&self) -> Held {
        Held { seq: self.seq, hash: self.hash }
    }

    /// Its head.
    pub const fn head(&self) -> Head {
        Head { log: self.id, seq: self.seq, hash: self.hash }
    }

    /// Whether the tables follow it as this version folds.
    pub const fn is_current(&self) -> bool {
        self.folded == fold::VERSION
    }
}

#[derive(sqlx::FromRow)]
struct LogRow {
    log: i64,
    device: Uuid,
    scope: Uuid,
    seq: i64,
    hash: Vec<u8>,
    state: Vec<u8>,
    folded: i64,
}

impl LogRow {
    /// A state that cannot be read (of another version, or damaged) is found out again by folding the log.
    fn read(self, company: CompanyId) -> Log {
        let state = minicbor::decode(&self.state).ok();
        Log {
            number: self.log,
            id: log_id(company, self.device, self.scope),
            seq: number(self.seq),
            hash: hash(&self.hash),
            folded: if state.is_some() { u32::try_from(self.folded).unwrap_or(0) } else { 0 },
            state: state.unwrap_or_default(),
        }
    }
}

fn read_all(rows: Vec<LogRow>, company: CompanyId) -> Vec<Log> {
    rows.into_iter().map(|row| row.read(company)).collect()
}

/// Places, counts and numbers are never below zero in the database.
pub(in crate::journal) fn number(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
}

/// What came in is checked against this before it is stored.
pub(in crate::journal) fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(in crate::journal) fn hash(bytes: &[u8]) -> Hash {
    <[u8; 32]>::try_from(bytes).map_or(Hash::NONE, Hash::from_bytes)
}

/// A scope is told by its id: the company's own, or one of its shops'.
pub(in crate::journal) fn log_id(company: CompanyId, device: Uuid, scope: Uuid) -> LogId {
    let scope = if scope == company.uuid() { Scope::Company(company) } else { Scope::Shop(ShopId::from_uuid(scope)) };
    LogId { device: duka_core::DeviceId::from_uuid(device), scope }
}

pub(in crate::journal) fn scope_id(log: LogId) -> Uuid {
    Uuid::from_bytes(*log.scope.id_bytes())
}

/// The log, if anything is held of it.
pub async fn find_in_tx(tx: &mut Tx, company: CompanyId, log: LogId) -> Result<Option<Log>, DbError> {
    let query = tx.query("SELECT log, device, scope, seq, hash, state, folded FROM log WHERE company = $1 AND device = $2 AND scope = $3");
    one(query, company, log).await
}

async fn one(query: Query<'_>, company: CompanyId, log: LogId) -> Result<Option<Log>, DbError> {
    let row = query.bind(company.uuid()).bind(log.device.uuid()).bind(scope_id(log)).fetch_optional::<LogRow>().await?;
    Ok(row.map(|row| row.read(company)))
}

async fn try_lock(tx: &mut Tx, company: CompanyId, log: LogId) -> Result<Option<Log>, DbError> {
    let query =
        tx.query_locked("SELECT log, device, scope, seq, hash, state, folded FROM log WHERE company = $1 AND device = $2 AND scope = $3");
    one(query, company, log).await
}

/// The log, made if need be, for this transaction alone.
pub async fn lock_in_tx(tx: &mut Tx, company: CompanyId, log: LogId) -> Result<Log, DbError> {
    if let Some(row) = try_lock(tx, company, log).await? {
        return Ok(row);
    }
    tx.query(
        "INSERT INTO log (company, device, scope, hash, state, folded) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (company, device, scope) DO NOTHING",
    )
    .bind(company.uuid())
    .bind(log.device.uuid())
    .bind(scope_id(log))
    .bind(Hash::NONE.as_bytes().to_vec())
    .bind(encoded(&LogState::default()))
    .bind(i64::from(fold::VERSION))
    .execute()
    .await?;
    try_lock(tx, company, log).await?.ok_or(DbError::Other(sqlx::Error::RowNotFound))
}

fn encoded(state: &LogState) -> Vec<u8> {
    // Encoding into a Vec cannot fail: the state has no fallible encoders.
    minicbor::to_vec(state).unwrap_or_default()
}

pub(in crate::journal) async fn update_log(tx: &mut Tx, company: CompanyId, log: &Log) -> Result<(), DbError> {
    let changed = tx
        .query("UPDATE log SET seq = $3, hash = $4, lamport = $5, state = $6, folded = $7 WHERE company = $1 AND log = $2")
        .bind(company.uuid())
        .bind(log.number)
        .bind(stored(log.seq))
        .bind(log.hash.as_bytes().to_vec())
        .bind(stored(log.state.lamport()))
        .bind(encoded(&log.state))
        .bind(i64::from(log.folded))
        .execute()
        .await?;
    if changed == 1 { Ok(()) } else { Err(DbError::Other(sqlx::Error::RowNotFound)) }
}

/// Remembers how far a device says that it has written.
pub async fn claim_in_tx(tx: &mut Tx, company: CompanyId, log: LogId, seq: u64) -> Result<(), DbError> {
    let held = lock_in_tx(tx, company, log).await?;
    tx.query("UPDATE log SET claimed = $3 WHERE company = $1 AND log = $2")
        .bind(company.uuid())
        .bind(held.number)
        .bind(stored(seq))
        .execute()
        .await
        .map(drop)
}

/// Has a device's logs folded again.
pub async fn mark_outdated_in_tx(tx: &mut Tx, company: CompanyId, device: DeviceId) -> Result<(), DbError> {
    tx.query("UPDATE log SET folded = 0 WHERE company = $1 AND device = $2")
        .bind(company.uuid())
        .bind(device.uuid())
        .execute()
        .await
        .map(drop)
}

/// Companies with logs that another version folded, or that are to be folded again; at most 1,000 at once.
pub async fn outdated(db: &Db) -> Result<Vec<CompanyId>, DbError> {
    let rows = db
        .query("SELECT DISTINCT company FROM log WHERE folded <> $1 ORDER BY company LIMIT 1000")
        .bind(i64::from(fold::VERSION))
        .fetch_all::<(Uuid,)>()
        .await?;
    Ok(rows.into_iter().map(|(company,)| CompanyId::from_uuid(company)).collect())
}

/// All logs of a company: two for each device.
pub async fn logs_in_tx(tx: &mut Tx, company: CompanyId) -> Result<Vec<Log>, DbError> {
    let rows = tx
        .query("SELECT log, device, scope, seq, hash, state, folded FROM log WHERE company = $1 ORDER BY log")
        .bind(company.uuid())
        .fetch_all()
        .await?;
    Ok(read_all(rows, company))
}

/// The logs of a company that a reader of `shop` may read (I9).
pub(in crate::journal) async fn readable_logs(tx: &mut Tx, company: CompanyId, shop: Option<ShopId>) -> Result<Vec<Log>, DbError> {
    let rows = tx
        .query(
            "SELECT log, device, scope, seq, hash, state, folded FROM log \
             WHERE company = $1 AND seq > 0 AND (scope = $1 OR scope = $2) ORDER BY log",
        )
        .bind(company.uuid())
        .bind(shop.map(ShopId::uuid))
        .fetch_all()
        .await?;
    Ok(read_all(rows, company))
}

/// What is known of a log.
#[derive(sqlx::FromRow)]
pub struct LogSummary {
    /// Its device.
    pub device: Uuid,
    /// The company's id or the shop's.
    pub scope: Uuid,
    /// Entries that are held.
    pub seq: i64,
    /// The last entry that the device told of.
    pub claimed: i64,
    /// Entries that break a rule.
    pub flagged: i64,
    /// Entries that wait for a newer version.
    pub waiting: i64,
}

/// Of the logs of some devices.
pub async fn summaries(tx: &mut Tx, company: CompanyId, devices: &[Uuid]) -> Result<Vec<LogSummary>, DbError> {
    tx.fetch_in(
        "SELECT device, scope, seq, claimed, \
             (SELECT COUNT(*) FROM entry WHERE entry.company = log.company AND entry.log = log.log AND entry.state = 2) AS flagged, \
             (SELECT COUNT(*) FROM entry WHERE entry.company = log.company AND entry.log = log.log AND entry.state = 1) AS waiting \
         FROM log WHERE company = $1 AND device IN",
        &[company.uuid()],
        devices,
    )
    .await
}

pub(in crate::journal) const SERVER: &str = "SELECT device, currency, secret FROM server WHERE company = $1";

/// This server as a device.
#[derive(sqlx::FromRow)]
pub(in crate::journal) struct ServerRow {
    pub(in crate::journal) device: Uuid,
    pub(in crate::journal) currency: String,
    pub(in crate::journal) secret: Vec<u8>,
}

/// `query` is [`SERVER`], inside or outside of a transaction.
pub(in crate::journal) async fn server(query: Query<'_>, company: CompanyId) -> Result<Option<ServerRow>, DbError> {
    query.bind(company.uuid()).fetch_optional().await
}

pub(in crate::journal) async fn insert_server(
    tx: &mut Tx,
    company: CompanyId,
    device: DeviceId,
    currency: Currency,
    secret: Vec<u8>,
) -> Result<(), DbError> {
    tx.query("INSERT INTO server (company, device, currency, secret) VALUES ($1, $2, $3, $4)")
        .bind(company.uuid())
        .bind(device.uuid())
        .bind(currency.code().to_owned())
        .bind(secret)
        .execute()
        .await
        .map(drop)
}

/// Of all logs: what the server has seen.
pub(in crate::journal) async fn largest_lamport(tx: &mut Tx, company: CompanyId) -> Result<u64, DbError> {
    let (largest,) =
        tx.query("SELECT COALESCE(MAX(lamport), 0) FROM log WHERE company = $1").bind(company.uuid()).fetch_one::<(i64,)>().await?;
    Ok(number(largest))
}

/// The hash of a held entry.
pub async fn hash_at_in_tx(tx: &mut Tx, company: CompanyId, log: &Log, seq: u64) -> Result<Option<Hash>, DbError> {
    let found = tx
        .query("SELECT hash FROM entry WHERE company = $1 AND log = $2 AND seq = $3")
        .bind(company.uuid())
        .bind(log.number)
        .bind(stored(seq))
        .fetch_optional::<(Vec<u8>,)>()
        .await?;
    Ok(found.map(|(bytes,)| hash(&bytes)))
}

/// Adds entries; each with what became of it.
pub(in crate::journal) async fn insert_entries(
    tx: &mut Tx,
    company: CompanyId,
    log: i64,
    entries: &[(SealedEntry, Standing)],
) -> Result<(), DbError> {
    const ENTRY: Insert =
        Insert { into: "entry", columns: &["company", "log", "seq", "hash", "kind", "state", "reason", "bytes"], tail: "" };
    tx.insert(ENTRY, entries, |(sealed, standing), row| {
        row.bind(company.uuid())
            .bind(log)
            .bind(stored(sealed.entry().seq))
            .bind(sealed.hash().as_bytes().to_vec())
            .bind(i64::from(sealed.entry().kind))
            .bind(standing.number())
            .bind(standing.reason().to_owned())
            .bind(sealed.bytes().to_vec());
    })
    .await
    .map(drop)
}

pub(in crate::journal) async fn insert_signed_head(
    tx: &mut Tx,
    company: CompanyId,
    log: i64,
    seq: i64,
    signature: &[u8; 64],
) -> Result<(), DbError> {
    tx.query("INSERT INTO signed_head (company, log, seq, signature) VALUES ($1, $2, $3, $4) ON CONFLICT (company, log, seq) DO NOTHING")
        .bind(company.uuid())
        .bind(log)
        .bind(seq)
        .bind(signature.to_vec())
        .execute()
        .await
        .map(drop)
}

/// An entry's size, and the signature over it if its log was ever signed there.
#[derive(sqlx::FromRow)]
pub(in crate::journal) struct SizeRow {
    pub(in crate::journal) seq: i64,
    pub(in crate::journal) size: i64,
    pub(in crate::journal) hash: Vec<u8>,
    pub(in crate::journal) signature: Option<Vec<u8>>,
}

pub(in crate::journal) async fn sizes(tx: &mut Tx, company: CompanyId, log: i64, from: i64, limit: i64) -> Result<Vec<SizeRow>, DbError> {
    tx.query(
        "SELECT entry.seq, CAST(length(entry.bytes) AS BIGINT) AS size, entry.hash, signed_head.signature FROM entry \
         LEFT JOIN signed_head ON signed_head.company = entry.company AND signed_head.log = entry.log AND signed_head.seq = entry.seq \
         WHERE entry.company = $1 AND entry.log = $2 AND entry.seq >= $3 ORDER BY entry.seq LIMIT $4",
    )
    .bind(company.uuid())
    .bind(log)
    .bind(from)
    .bind(limit)
    .fetch_all()
    .await
}

pub(in crate::journal) async fn bytes(tx: &mut Tx, company: CompanyId, log: i64, from: i64, to: i64) -> Result<Vec<Vec<u8>>, DbError> {
    let rows = tx
        .query("SELECT bytes FROM entry WHERE company = $1 AND log = $2 AND seq >= $3 AND seq <= $4 ORDER BY seq")
        .bind(company.uuid())
        .bind(log)
        .bind(from)
        .bind(to)
        .fetch_all::<(Vec<u8>,)>()
        .await?;
    Ok(rows.into_iter().map(|(bytes,)| bytes).collect())
}

/// A page of a log's entries.
pub async fn entries_in_tx(tx: &mut Tx, company: CompanyId, log: &Log, after: u64, limit: i64) -> Result<Vec<Stored>, JournalError> {
    let rows = tx
        .query("SELECT state, reason, bytes FROM entry WHERE company = $1 AND log = $2 AND seq > $3 ORDER BY seq LIMIT $4")
        .bind(company.uuid())
        .bind(log.number)
        .bind(stored(after))
        .bind(limit)
        .fetch_all::<(i64, String, Vec<u8>)>()
        .await?;
    let read = |(state, reason, bytes)| {
        let sealed = SealedEntry::open(bytes).map_err(|fault| JournalError::Damaged(fault.to_string()))?;
        let standing = Standing::read(state, reason).ok_or_else(|| JournalError::Damaged(format!("an entry has the state {state}")))?;
        Ok(Stored { sealed, standing })
    };
    rows.into_iter().map(read).collect()
}

pub(in crate::journal) async fn set_verdict(
    tx: &mut Tx,
    company: CompanyId,
    log: i64,
    seq: i64,
    standing: &Standing,
) -> Result<(), DbError> {
    let changed = tx
        .query("UPDATE entry SET state = $4, reason = $5 WHERE company = $1 AND log = $2 AND seq = $3")
        .bind(company.uuid())
        .bind(log)
        .bind(seq)
        .bind(standing.number())
        .bind(standing.reason().to_owned())
        .execute()
        .await?;
    if changed == 1 { Ok(()) } else { Err(DbError::Other(sqlx::Error::RowNotFound)) }
}

/// Where an entry that breaks a rule stands.
#[derive(sqlx::FromRow)]
pub(in crate::journal) struct FlaggedRow {
    pub(in crate::journal) log: i64,
    pub(in crate::journal) device: Uuid,
    pub(in crate::journal) scope: Uuid,
    pub(in crate::journal) seq: i64,
}

/// A page of the entries that break a rule, of the logs that a reader of `shop` may read (I9).
pub(in crate::journal) async fn flagged_after(
    tx: &mut Tx,
    company: CompanyId,
    shop: ShopId,
    after: (i64, i64),
    limit: i64,
) -> Result<Vec<FlaggedRow>, DbError> {
    tx.query(
        "SELECT log.log, log.device, log.scope, entry.seq FROM log JOIN entry ON entry.company = log.company AND entry.log = log.log \
         WHERE log.company = $1 AND (log.scope = $1 OR log.scope = $2) AND entry.state = 2 AND (entry.log, entry.seq) > ($3, $4) \
         ORDER BY entry.log, entry.seq LIMIT $5",
    )
    .bind(company.uuid())
    .bind(shop.uuid())
    .bind(after.0)
    .bind(after.1)
    .bind(limit)
    .fetch_all()
    .await
}

/// The edits of some records that a device has written.
pub(in crate::journal) async fn edits(
    tx: &mut Tx,
    company: CompanyId,
    device: DeviceId,
    records: &[RecordId],
) -> Result<Vec<(RecordId, u64)>, DbError> {
    let records: Vec<Uuid> = records.iter().map(|record| record.uuid()).collect();
    let rows: Vec<(Uuid, i64)> = tx
        .fetch_in(
            "SELECT record, number FROM record_change WHERE company = $1 AND device = $2 AND record IN",
            &[company.uuid(), device.uuid()],
            &records,
        )
        .await?;
    Ok(rows.into_iter().map(|(record, place)| (RecordId::from_uuid(record), number(place))).collect())
}

/// Which of some devices have a certificate.
pub(in crate::journal) async fn certified(tx: &mut Tx, company: CompanyId, devices: &[[u8; 16]]) -> Result<Vec<[u8; 16]>, DbError> {
    let devices: Vec<Uuid> = devices.iter().copied().map(Uuid::from_bytes).collect();
    let rows: Vec<(Uuid,)> = tx.fetch_in("SELECT device FROM device WHERE company = $1 AND device IN", &[company.uuid()], &devices).await?;
    Ok(rows.into_iter().map(|(device,)| device.into_bytes()).collect())
}

/// A page of the records that have edits which count.
pub async fn records_after_in_tx(tx: &mut Tx, company: CompanyId, after: RecordId, limit: i64) -> Result<Vec<RecordId>, DbError> {
    let rows: Vec<(Uuid,)> = tx
        .query("SELECT DISTINCT record FROM record_change WHERE company = $1 AND record > $2 ORDER BY record LIMIT $3")
        .bind(company.uuid())
        .bind(after.uuid())
        .bind(limit)
        .fetch_all()
        .await?;
    Ok(rows.into_iter().map(|(record,)| RecordId::from_uuid(record)).collect())
}

/// All edits of some records that count, in their order: by logical time, then by device and place (I8).
pub async fn record_changes_in_tx(tx: &mut Tx, company: CompanyId, records: &[RecordId]) -> Result<Vec<RecordChanged>, JournalError> {
    let records: Vec<Uuid> = records.iter().map(|record| record.uuid()).collect();
    let mut rows: Vec<(i64, Uuid, i64, Vec<u8>)> = tx
        .fetch_in(
            "SELECT record_change.lamport, record_change.device, record_change.seq, entry.bytes FROM record_change \
             JOIN log ON log.company = record_change.company AND log.device = record_change.device AND log.scope = record_change.company \
             JOIN entry ON entry.company = log.company AND entry.log = log.log AND entry.seq = record_change.seq \
             WHERE record_change.company = $1 AND record_change.record IN",
            &[company.uuid()],
            &records,
        )
        .await?;
    rows.sort_unstable();
    let read = |(_, _, _, bytes)| {
        let sealed = SealedEntry::open(bytes).map_err(|fault| JournalError::Damaged(fault.to_string()))?;
        match sealed.body() {
            Ok(Body::Known(Fact::RecordChanged(changed))) => Ok(changed),
            _ => Err(JournalError::Damaged(format!("the entry at {} of {} is no edit", sealed.entry().seq, sealed.entry().log))),
        }
    };
    rows.into_iter().map(read).collect()
}
