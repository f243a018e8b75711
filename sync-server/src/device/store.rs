//! Tables enrolment_code, enrolment; what is read of device, device_standing.

use crate::platform::{
    db::{DbError, Tx},
    table::{read, row_values, select},
};
use duka_core::{CompanyId, DeviceId, RegisterId, ShopId, Timestamp};
use duka_ledger::{
    DeviceRow, DeviceStandingRow,
    rule::MAX_DEVICES,
    table::{Table, Tabled},
};
use uuid::Uuid;

/// What is known of a device.
pub(super) struct KnownRow {
    pub(super) company: Uuid,
    pub(super) certificate: DeviceRow,
    pub(super) quarantined: bool,
    pub(super) counter: i64,
}

/// By its id alone: a device says who it is before it says whose. Ids are unique across companies.
pub(super) async fn device(tx: &mut Tx, device: DeviceId) -> Result<Option<KnownRow>, DbError> {
    const TABLE: &Table = DeviceRow::TABLE;
    let sql = format!(
        "SELECT {}, company, (SELECT quarantined FROM enrolment WHERE enrolment.device = $1), \
             (SELECT counter FROM enrolment WHERE enrolment.device = $1) FROM {} WHERE device = $1",
        TABLE.names(),
        TABLE.name
    );
    let Some(row) = tx.query_made(sql).bind(device.uuid()).fetch_rows().await?.pop() else { return Ok(None) };
    let certificate = DeviceRow::from_values(row_values(TABLE, &row)?).map_err(|fault| DbError::damaged(&fault.to_string()))?;
    let after = TABLE.columns.len();
    Ok(Some(KnownRow {
        company: row.get(after)?,
        certificate,
        quarantined: row.get::<Option<bool>>(after + 1)?.unwrap_or(false),
        counter: row.get::<Option<i64>>(after + 2)?.unwrap_or(0),
    }))
}

/// What was said last of what holds of a device.
pub(super) async fn standing(tx: &mut Tx, company: CompanyId, device: DeviceId) -> Result<Option<DeviceStandingRow>, DbError> {
    let sql = select::<DeviceStandingRow>() + " WHERE company = $1 AND device = $2 ORDER BY lamport DESC LIMIT 1";
    Ok(read(tx.query_made(sql).bind(company.uuid()).bind(device.uuid())).await?.pop())
}

pub(super) async fn devices(tx: &mut Tx, company: CompanyId, after: Uuid, limit: i64) -> Result<Vec<DeviceRow>, DbError> {
    let sql = select::<DeviceRow>() + " WHERE company = $1 AND device > $2 ORDER BY device LIMIT $3";
    read(tx.query_made(sql).bind(company.uuid()).bind(after).bind(limit)).await
}

pub(super) async fn count_devices_of_register(tx: &mut Tx, company: CompanyId, register: RegisterId) -> Result<i64, DbError> {
    let query = tx.query("SELECT COUNT(*) FROM device WHERE company = $1 AND register = $2").bind(company.uuid()).bind(register.uuid());
    Ok(query.fetch_one::<(i64,)>().await?.0)
}

pub(super) async fn count_devices(tx: &mut Tx, company: CompanyId, shop: ShopId) -> Result<i64, DbError> {
    let query = tx.query("SELECT COUNT(*) FROM device WHERE company = $1 AND shop = $2").bind(company.uuid()).bind(shop.uuid());
    Ok(query.fetch_one::<(i64,)>().await?.0)
}

/// Devices that took another's place at a register since a time.
pub(super) async fn count_successors(tx: &mut Tx, company: CompanyId, register: RegisterId, since: Timestamp) -> Result<i64, DbError> {
    let query = tx.query(
        "SELECT COUNT(*) FROM device JOIN enrolment ON enrolment.company = device.company AND enrolment.device = device.device \
         WHERE device.company = $1 AND device.register = $2 AND device.succeeds IS NOT NULL AND enrolment.enrolled_at > $3",
    );
    Ok(query.bind(company.uuid()).bind(register.uuid()).bind(since.micros()).fetch_one::<(i64,)>().await?.0)
}

/// The devices that took another's place at a register, and whose.
pub(super) async fn successors(tx: &mut Tx, company: CompanyId, register: RegisterId) -> Result<Vec<DeviceRow>, DbError> {
    let sql = select::<DeviceRow>() + " WHERE company = $1 AND register = $2 AND succeeds IS NOT NULL ORDER BY device LIMIT $3";
    read(tx.query_made(sql).bind(company.uuid()).bind(register.uuid()).bind(i64::try_from(MAX_DEVICES).unwrap_or(i64::MAX))).await
}

/// Who took the place of some devices: the device, whose place, and when.
pub(super) async fn successors_of(tx: &mut Tx, company: CompanyId, devices: &[Uuid]) -> Result<Vec<(Uuid, Uuid, Option<i64>)>, DbError> {
    let sql = "SELECT device.device, device.succeeds, enrolment.enrolled_at FROM device \
         LEFT JOIN enrolment ON enrolment.company = device.company AND enrolment.device = device.device \
         WHERE device.company = $1 AND device.succeeds IN";
    tx.fetch_in(sql, &[company.uuid()], devices).await
}

pub(super) async fn insert_enrolment(tx: &mut Tx, company: CompanyId, device: DeviceId, at: Timestamp) -> Result<(), DbError> {
    tx.query("INSERT INTO enrolment (company, device, enrolled_at) VALUES ($1, $2, $3)")
        .bind(company.uuid())
        .bind(device.uuid())
        .bind(at.micros())
        .execute()
        .await
        .map(drop)
}

pub(super) async fn enrolments(tx: &mut Tx, company: CompanyId, devices: &[Uuid]) -> Result<Vec<(Uuid, Option<i64>, bool)>, DbError> {
    let sql = "SELECT device, enrolled_at, quarantined FROM enrolment WHERE company = $1 AND device IN";
    tx.fetch_in(sql, &[company.uuid()], devices).await
}

pub(super) async fn set_quarantined(tx: &mut Tx, company: CompanyId, device: DeviceId, quarantined: bool) -> Result<(), DbError> {
    // The row of a device whose certificate came back from a till may have been lost with an older state of this server.
    tx.query(
        "INSERT INTO enrolment (company, device, quarantined) VALUES ($1, $2, $3) \
         ON CONFLICT (company, device) DO UPDATE SET quarantined = excluded.quarantined",
    )
    .bind(company.uuid())
    .bind(device.uuid())
    .bind(quarantined)
    .execute()
    .await
    .map(drop)
}

/// Sets the counter of a device's last exchange if it is a higher one; whether it was.
pub(super) async fn raise_counter(tx: &mut Tx, company: CompanyId, device: DeviceId, counter: i64) -> Result<bool, DbError> {
    let changed = tx
        .query(
            "INSERT INTO enrolment (company, device, counter) VALUES ($1, $2, $3) \
             ON CONFLICT (company, device) DO UPDATE SET counter = excluded.counter WHERE enrolment.counter < excluded.counter",
        )
        .bind(company.uuid())
        .bind(device.uuid())
        .bind(counter)
        .execute()
        .await?;
    Ok(changed > 0)
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
pub(super) async fn code(tx: &mut Tx, hash: Vec<u8>) -> Result<Option<CodeRow>, DbError> {
    tx.query("SELECT company, register, until, device, device_key FROM enrolment_code WHERE code_hash = $1")
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
