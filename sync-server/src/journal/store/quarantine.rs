//! Tables fork, quarantine.

use super::{super::Refused, log::Log, scope_id, stored};
use crate::platform::db::{Db, DbError, Tx};
use duka_core::{CompanyId, DeviceId};
use uuid::Uuid;

/// The first branch stays where it is; this is the other one.
pub(in crate::journal) async fn insert_fork(tx: &mut Tx, log: &Log, refused: &Refused<'_>) -> Result<(), DbError> {
    tx.query("INSERT INTO fork (company, log, seq, batch, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (company, log, seq) DO NOTHING")
        .bind(refused.company.uuid())
        .bind(log.number)
        .bind(stored(refused.refusal.seq))
        .bind(refused.bytes.to_vec())
        .bind(refused.at.micros())
        .execute()
        .await
        .map(drop)
}

/// Counts up if the same was refused before; whether it was.
pub(in crate::journal) async fn count_again(tx: &mut Tx, refused: &Refused<'_>) -> Result<bool, DbError> {
    let counted = tx
        .query(
            "UPDATE quarantine SET times = times + 1, at = $7 \
             WHERE company = $1 AND device = $2 AND writer = $3 AND scope = $4 AND seq = $5 AND reason = $6",
        )
        .bind(refused.company.uuid())
        .bind(refused.device.uuid())
        .bind(refused.log.device.uuid())
        .bind(scope_id(refused.log))
        .bind(stored(refused.refusal.seq))
        .bind(refused.detail.to_owned())
        .bind(refused.at.micros())
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

pub(in crate::journal) async fn insert(tx: &mut Tx, id: Uuid, refused: &Refused<'_>) -> Result<(), DbError> {
    tx.query(
        "INSERT INTO quarantine (company, id, device, writer, scope, seq, reason, bytes, times, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9) ON CONFLICT (company, device, writer, scope, seq, reason) DO NOTHING",
    )
    .bind(refused.company.uuid())
    .bind(id)
    .bind(refused.device.uuid())
    .bind(refused.log.device.uuid())
    .bind(scope_id(refused.log))
    .bind(stored(refused.refusal.seq))
    .bind(refused.detail.to_owned())
    .bind(refused.bytes.to_vec())
    .bind(refused.at.micros())
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
