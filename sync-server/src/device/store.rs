//! Tables enrolment_code, device.

use crate::platform::db::{Db, DbError, Tx};
use duka_core::{CompanyId, DeviceId, RegisterId, ShopId, Timestamp};
use duka_ledger::DeviceCertified;
use uuid::Uuid;

/// A row of device.
#[derive(Clone, sqlx_macros::FromRow)]
pub(super) struct DeviceRow {
    pub(super) company: Uuid,
    pub(super) device: Uuid,
    pub(super) shop: Option<Uuid>,
    pub(super) register: Option<Uuid>,
    pub(super) name: String,
    pub(super) series: String,
    pub(super) public_key: Vec<u8>,
    pub(super) state: String,
    pub(super) enrolled_at: i64,
}

pub(super) async fn insert_device(
    tx: &mut Tx,
    company: CompanyId,
    device: &DeviceCertified,
    state: &str,
    at: Timestamp,
) -> Result<(), DbError> {
    tx.query(
        "INSERT INTO device (company, device, shop, register, name, series, public_key, state, enrolled_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(company.uuid())
    .bind(device.device.uuid())
    .bind(device.shop.map(ShopId::uuid))
    .bind(device.register.map(RegisterId::uuid))
    .bind(device.name.clone())
    .bind(device.series.clone())
    .bind(device.key.as_bytes().to_vec())
    .bind(state.to_owned())
    .bind(at.micros())
    .execute()
    .await
    .map(drop)
}

/// By its id alone: a device says who it is before it says whose. Ids are unique across companies.
pub(super) async fn device(db: &Db, device: DeviceId) -> Result<Option<DeviceRow>, DbError> {
    db.query("SELECT company, device, shop, register, name, series, public_key, state, enrolled_at FROM device WHERE device = $1")
        .bind(device.uuid())
        .fetch_optional()
        .await
}

pub(super) async fn device_in_tx(tx: &mut Tx, company: CompanyId, device: DeviceId) -> Result<Option<DeviceRow>, DbError> {
    tx.query(
        "SELECT company, device, shop, register, name, series, public_key, state, enrolled_at FROM device WHERE company = $1 AND device = $2",
    )
    .bind(company.uuid())
    .bind(device.uuid())
    .fetch_optional()
    .await
}

pub(super) async fn devices(db: &Db, company: CompanyId, after: Uuid, limit: i64) -> Result<Vec<DeviceRow>, DbError> {
    db.query(
        "SELECT company, device, shop, register, name, series, public_key, state, enrolled_at FROM device \
         WHERE company = $1 AND device > $2 ORDER BY device LIMIT $3",
    )
    .bind(company.uuid())
    .bind(after)
    .bind(limit)
    .fetch_all()
    .await
}

pub(super) async fn set_state(tx: &mut Tx, company: CompanyId, device: DeviceId, state: &str) -> Result<u64, DbError> {
    tx.query("UPDATE device SET state = $3 WHERE company = $1 AND device = $2")
        .bind(company.uuid())
        .bind(device.uuid())
        .bind(state.to_owned())
        .execute()
        .await
}

pub(super) async fn insert_code(
    tx: &mut Tx,
    company: CompanyId,
    register: RegisterId,
    hash: Vec<u8>,
    until: Timestamp,
) -> Result<(), DbError> {
    tx.query("INSERT INTO enrolment_code (company, code_hash, register, until) VALUES ($1, $2, $3, $4)")
        .bind(company.uuid())
        .bind(hash)
        .bind(register.uuid())
        .bind(until.micros())
        .execute()
        .await
        .map(drop)
}

/// A row of enrolment_code.
#[derive(sqlx_macros::FromRow)]
pub(super) struct CodeRow {
    pub(super) company: Uuid,
    pub(super) register: Uuid,
    pub(super) until: i64,
    pub(super) device: Option<Uuid>,
    pub(super) device_key: Option<Vec<u8>>,
}

/// By the code alone: it is the code that says which company.
pub(super) async fn lock_code(tx: &mut Tx, hash: Vec<u8>) -> Result<Option<CodeRow>, DbError> {
    tx.query_locked("SELECT company, register, until, device, device_key FROM enrolment_code WHERE code_hash = $1")
        .bind(hash)
        .fetch_optional()
        .await
}

pub(super) async fn use_code(tx: &mut Tx, company: CompanyId, hash: Vec<u8>, device: DeviceId, key: &[u8]) -> Result<u64, DbError> {
    tx.query("UPDATE enrolment_code SET device = $3, device_key = $4 WHERE company = $1 AND code_hash = $2 AND device IS NULL")
        .bind(company.uuid())
        .bind(hash)
        .bind(device.uuid())
        .bind(key.to_vec())
        .execute()
        .await
}
