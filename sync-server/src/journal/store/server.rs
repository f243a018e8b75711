//! Tables server, seal.

use crate::platform::db::{Db, DbError, Query, Tx};
use duka_core::{CompanyId, Currency, DeviceId, Timestamp};
use uuid::Uuid;

pub(in crate::journal) const SERVER: &str = "SELECT device, currency, secret FROM server WHERE company = $1";

/// This server as a device.
#[derive(sqlx_macros::FromRow)]
pub(in crate::journal) struct ServerRow {
    pub(in crate::journal) device: Uuid,
    pub(in crate::journal) currency: String,
    pub(in crate::journal) secret: Vec<u8>,
}

/// How far a till that filled up the server's log has shown that it goes, and when, µs; written together.
pub(in crate::journal) async fn shown(tx: &mut Tx, company: CompanyId) -> Result<(i64, i64), DbError> {
    tx.query("SELECT shown, shown_at FROM server WHERE company = $1").bind(company.uuid()).fetch_one().await
}

pub(in crate::journal) async fn set_shown(tx: &mut Tx, company: CompanyId, shown: i64, at: Timestamp) -> Result<(), DbError> {
    tx.query("UPDATE server SET shown = $2, shown_at = $3 WHERE company = $1")
        .bind(company.uuid())
        .bind(shown)
        .bind(at.micros())
        .execute()
        .await
        .map(drop)
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

/// The sealed word, if any key was ever sealed here.
pub(in crate::journal) async fn sealed_word(db: &Db) -> Result<Option<Vec<u8>>, DbError> {
    Ok(db.query("SELECT word FROM seal WHERE seal = 1").fetch_optional::<(Vec<u8>,)>().await?.map(|(word,)| word))
}

/// Keeps the sealed word, unless there is one.
pub(in crate::journal) async fn keep_sealed_word(tx: &mut Tx, word: Vec<u8>) -> Result<(), DbError> {
    tx.query("INSERT INTO seal (seal, word) VALUES (1, $1) ON CONFLICT (seal) DO NOTHING").bind(word).execute().await.map(drop)
}
