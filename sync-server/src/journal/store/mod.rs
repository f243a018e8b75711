//! Tables log, entry, signed_head; and in their own file fork and quarantine.

pub(in crate::journal) mod quarantine;

use crate::platform::db::{Db, DbError, Insert, Tx};
use duka_core::{CompanyId, ShopId};
use duka_ledger::{Hash, Head, Held, LogId, Scope, SealedEntry};
use uuid::Uuid;

/// A row of log.
#[derive(Clone, Debug, sqlx_macros::FromRow)]
pub(in crate::journal) struct LogRow {
    pub(in crate::journal) log: i64,
    pub(in crate::journal) device: Uuid,
    pub(in crate::journal) scope: Uuid,
    pub(in crate::journal) seq: i64,
    pub(in crate::journal) hash: Vec<u8>,
    pub(in crate::journal) lamport: i64,
    pub(in crate::journal) receipt_number: i64,
    pub(in crate::journal) z_number: i64,
}

impl LogRow {
    pub(in crate::journal) fn id(&self, company: CompanyId) -> LogId {
        log_id(company, self.device, self.scope)
    }

    pub(in crate::journal) fn held(&self) -> Held {
        Held { seq: number(self.seq), hash: hash(&self.hash) }
    }

    pub(in crate::journal) fn head(&self, company: CompanyId) -> Head {
        Head { log: self.id(company), seq: number(self.seq), hash: hash(&self.hash) }
    }
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

async fn try_lock_log(tx: &mut Tx, company: CompanyId, log: LogId) -> Result<Option<LogRow>, DbError> {
    tx.query_locked(
        "SELECT log, device, scope, seq, hash, lamport, receipt_number, z_number FROM log \
         WHERE company = $1 AND device = $2 AND scope = $3",
    )
    .bind(company.uuid())
    .bind(log.device.uuid())
    .bind(scope_id(log))
    .fetch_optional()
    .await
}

/// The log's row, made if need be, for this transaction alone.
pub(in crate::journal) async fn lock_log(tx: &mut Tx, company: CompanyId, log: LogId) -> Result<LogRow, DbError> {
    if let Some(row) = try_lock_log(tx, company, log).await? {
        return Ok(row);
    }
    tx.query("INSERT INTO log (company, device, scope, hash) VALUES ($1, $2, $3, $4) ON CONFLICT (company, device, scope) DO NOTHING")
        .bind(company.uuid())
        .bind(log.device.uuid())
        .bind(scope_id(log))
        .bind(Hash::NONE.as_bytes().to_vec())
        .execute()
        .await?;
    try_lock_log(tx, company, log).await?.ok_or(DbError::Other(sqlx::Error::RowNotFound))
}

pub(in crate::journal) async fn update_log(tx: &mut Tx, company: CompanyId, row: &LogRow) -> Result<(), DbError> {
    let changed = tx
        .query("UPDATE log SET seq = $3, hash = $4, lamport = $5, receipt_number = $6, z_number = $7 WHERE company = $1 AND log = $2")
        .bind(company.uuid())
        .bind(row.log)
        .bind(row.seq)
        .bind(row.hash.clone())
        .bind(row.lamport)
        .bind(row.receipt_number)
        .bind(row.z_number)
        .execute()
        .await?;
    if changed == 1 { Ok(()) } else { Err(DbError::Other(sqlx::Error::RowNotFound)) }
}

/// The logs of a company that a reader of `shop` may read, and their heads (I9).
pub(in crate::journal) async fn readable_logs(tx: &mut Tx, company: CompanyId, shop: Option<ShopId>) -> Result<Vec<LogRow>, DbError> {
    tx.query(
        "SELECT log, device, scope, seq, hash, lamport, receipt_number, z_number FROM log \
         WHERE company = $1 AND seq > 0 AND (scope = $1 OR scope = $2) ORDER BY log",
    )
    .bind(company.uuid())
    .bind(shop.map(ShopId::uuid))
    .fetch_all()
    .await
}

pub(in crate::journal) async fn largest_lamport(tx: &mut Tx, company: CompanyId) -> Result<i64, DbError> {
    let (largest,) =
        tx.query("SELECT COALESCE(MAX(lamport), 0) FROM log WHERE company = $1").bind(company.uuid()).fetch_one::<(i64,)>().await?;
    Ok(largest)
}

pub(in crate::journal) async fn entry_hash(tx: &mut Tx, company: CompanyId, log: i64, seq: i64) -> Result<Option<Hash>, DbError> {
    let found = tx
        .query("SELECT hash FROM entry WHERE company = $1 AND log = $2 AND seq = $3")
        .bind(company.uuid())
        .bind(log)
        .bind(seq)
        .fetch_optional::<(Vec<u8>,)>()
        .await?;
    Ok(found.map(|(bytes,)| hash(&bytes)))
}

/// Adds entries; each with whether the tables follow it.
pub(in crate::journal) async fn insert_entries(
    tx: &mut Tx,
    company: CompanyId,
    log: i64,
    entries: &[(SealedEntry, bool)],
) -> Result<(), DbError> {
    const ENTRY: Insert = Insert { into: "entry", columns: &["company", "log", "seq", "hash", "kind", "projected", "bytes"], tail: "" };
    tx.insert(ENTRY, entries, |(sealed, projected), row| {
        row.bind(company.uuid())
            .bind(log)
            .bind(stored(sealed.entry().seq))
            .bind(sealed.hash().as_bytes().to_vec())
            .bind(i64::from(sealed.entry().kind))
            .bind(*projected)
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
#[derive(sqlx_macros::FromRow)]
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

/// An entry with its place.
#[derive(sqlx_macros::FromRow)]
pub(in crate::journal) struct EntryRow {
    pub(in crate::journal) company: Uuid,
    pub(in crate::journal) log: i64,
    pub(in crate::journal) seq: i64,
    pub(in crate::journal) projected: bool,
    pub(in crate::journal) bytes: Vec<u8>,
}

/// A page of a company's entries, log by log.
pub(in crate::journal) async fn entries_after(
    tx: &mut Tx,
    company: CompanyId,
    log: i64,
    seq: i64,
    limit: i64,
) -> Result<Vec<EntryRow>, DbError> {
    tx.query(
        "SELECT company, log, seq, projected, bytes FROM entry WHERE company = $1 AND (log, seq) > ($2, $3) ORDER BY log, seq LIMIT $4",
    )
    .bind(company.uuid())
    .bind(log)
    .bind(seq)
    .bind(limit)
    .fetch_all()
    .await
}

/// Entries that the tables do not follow yet, of all companies: asked once at start.
pub(in crate::journal) async fn unprojected_after(
    db: &Db,
    company: Uuid,
    log: i64,
    seq: i64,
    limit: i64,
) -> Result<Vec<EntryRow>, DbError> {
    db.query(
        "SELECT company, log, seq, projected, bytes FROM entry WHERE NOT projected AND (company, log, seq) > ($1, $2, $3) \
         ORDER BY company, log, seq LIMIT $4",
    )
    .bind(company)
    .bind(log)
    .bind(seq)
    .bind(limit)
    .fetch_all()
    .await
}

/// Marks an entry as followed by the tables; false when it was already.
pub(in crate::journal) async fn mark_projected(tx: &mut Tx, company: CompanyId, log: i64, seq: i64) -> Result<bool, DbError> {
    let changed = tx
        .query("UPDATE entry SET projected = TRUE WHERE company = $1 AND log = $2 AND seq = $3 AND NOT projected")
        .bind(company.uuid())
        .bind(log)
        .bind(seq)
        .execute()
        .await?;
    Ok(changed == 1)
}
