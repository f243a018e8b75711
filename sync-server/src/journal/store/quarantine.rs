//! Tables fork, quarantine.

use super::scope_id;
use crate::platform::db::{Db, DbError, Tx};
use duka_core::{CompanyId, DeviceId, Timestamp};
use duka_ledger::LogId;
use uuid::Uuid;

/// The first branch stays where it is; this is the other one.
pub(in crate::journal) async fn insert_fork(
    tx: &mut Tx,
    company: CompanyId,
    log: i64,
    seq: i64,
    bytes: &[u8],
    at: Timestamp,
) -> Result<(), DbError> {
    tx.query("INSERT INTO fork (company, log, seq, batch, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (company, log, seq) DO NOTHING")
        .bind(company.uuid())
        .bind(log)
        .bind(seq)
        .bind(bytes.to_vec())
        .bind(at.micros())
        .execute()
        .await
        .map(drop)
}

pub(in crate::journal) struct NewRow<'r> {
    pub(in crate::journal) company: CompanyId,
    pub(in crate::journal) id: Uuid,
    pub(in crate::journal) device: DeviceId,
    pub(in crate::journal) log: LogId,
    pub(in crate::journal) seq: i64,
    pub(in crate::journal) reason: &'r str,
    pub(in crate::journal) bytes: &'r [u8],
    pub(in crate::journal) at: Timestamp,
}

/// Counts up if the same was refused before; whether it was.
pub(in crate::journal) async fn count_again(tx: &mut Tx, row: &NewRow<'_>) -> Result<bool, DbError> {
    let counted = tx
        .query(
            "UPDATE quarantine SET times = times + 1, at = $7 \
             WHERE company = $1 AND device = $2 AND writer = $3 AND scope = $4 AND seq = $5 AND reason = $6",
        )
        .bind(row.company.uuid())
        .bind(row.device.uuid())
        .bind(row.log.device.uuid())
        .bind(scope_id(row.log))
        .bind(row.seq)
        .bind(row.reason.to_owned())
        .bind(row.at.micros())
        .execute()
        .await?;
    Ok(counted > 0)
}

pub(in crate::journal) async fn count(tx: &mut Tx, company: CompanyId, device: DeviceId) -> Result<i64, DbError> {
    let (count,) = tx
        .query("SELECT COUNT(*) FROM quarantine WHERE company = $1 AND device = $2")
        .bind(company.uuid())
        .bind(device.uuid())
        .fetch_one::<(i64,)>()
        .await?;
    Ok(count)
}

pub(in crate::journal) async fn insert(tx: &mut Tx, row: &NewRow<'_>) -> Result<(), DbError> {
    tx.query(
        "INSERT INTO quarantine (company, id, device, writer, scope, seq, reason, bytes, times, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9) ON CONFLICT (company, device, writer, scope, seq, reason) DO NOTHING",
    )
    .bind(row.company.uuid())
    .bind(row.id)
    .bind(row.device.uuid())
    .bind(row.log.device.uuid())
    .bind(scope_id(row.log))
    .bind(row.seq)
    .bind(row.reason.to_owned())
    .bind(row.bytes.to_vec())
    .bind(row.at.micros())
    .execute()
    .await
    .map(drop)
}

#[derive(sqlx_macros::FromRow)]
pub(in crate::journal) struct ListedRow {
    pub(in crate::journal) id: Uuid,
    pub(in crate::journal) device: Uuid,
    pub(in crate::journal) writer: Uuid,
    pub(in crate::journal) scope: Uuid,
    pub(in crate::journal) seq: i64,
    pub(in crate::journal) reason: String,
    pub(in crate::journal) times: i64,
    pub(in crate::journal) at: i64,
}

pub(in crate::journal) async fn list(db: &Db, company: CompanyId, after: Uuid, limit: i64) -> Result<Vec<ListedRow>, DbError> {
    db.query("SELECT id, device, writer, scope, seq, reason, times, at FROM quarantine WHERE company = $1 AND id > $2 ORDER BY id LIMIT $3")
        .bind(company.uuid())
        .bind(after)
        .bind(limit)
        .fetch_all()
        .await
}
