//! Table shift.

use crate::platform::db::{DbError, Insert, Tx};
use duka_core::{CompanyId, RegisterId, ShiftId, ShopId, Timestamp};
use std::collections::BTreeMap;
use uuid::Uuid;

pub(super) struct OpenedRow {
    pub(super) register: RegisterId,
    pub(super) opened_at: Timestamp,
    pub(super) float: i64,
}

pub(super) struct ClosedRow {
    pub(super) register: RegisterId,
    pub(super) float: i64,
    pub(super) closed_at: Timestamp,
    pub(super) z_number: u64,
    pub(super) expected_cash: i64,
    pub(super) counted_cash: i64,
}

fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) async fn open_shifts(tx: &mut Tx, company: CompanyId, rows: BTreeMap<(ShopId, ShiftId), OpenedRow>) -> Result<(), DbError> {
    const OPENED: Insert = Insert {
        into: "shift",
        columns: &["company", "shop", "shift", "register", "opened_at", "float"],
        tail: "ON CONFLICT (company, shop, shift) DO UPDATE SET opened_at = excluded.opened_at, float = excluded.float",
    };
    let rows: Vec<_> = rows.into_iter().collect();
    tx.insert(OPENED, &rows, |((shop, shift), row), values| {
        values
            .bind(company.uuid())
            .bind(shop.uuid())
            .bind(shift.uuid())
            .bind(row.register.uuid())
            .bind(row.opened_at.micros())
            .bind(row.float);
    })
    .await
    .map(drop)
}

pub(super) async fn close_shifts(tx: &mut Tx, company: CompanyId, rows: BTreeMap<(ShopId, ShiftId), ClosedRow>) -> Result<(), DbError> {
    const CLOSED: Insert = Insert {
        into: "shift",
        columns: &["company", "shop", "shift", "register", "float", "closed_at", "z_number", "expected_cash", "counted_cash"],
        tail: "ON CONFLICT (company, shop, shift) DO UPDATE SET closed_at = excluded.closed_at, z_number = excluded.z_number, \
               expected_cash = excluded.expected_cash, counted_cash = excluded.counted_cash",
    };
    let rows: Vec<_> = rows.into_iter().collect();
    tx.insert(CLOSED, &rows, |((shop, shift), row), values| {
        values
            .bind(company.uuid())
            .bind(shop.uuid())
            .bind(shift.uuid())
            .bind(row.register.uuid())
            .bind(row.float)
            .bind(row.closed_at.micros())
            .bind(stored(row.z_number))
            .bind(row.expected_cash)
            .bind(row.counted_cash);
    })
    .await
    .map(drop)
}

/// Empties the table of a company, to be made anew from its facts.
pub async fn clear_in_tx(tx: &mut Tx, company: CompanyId) -> Result<(), DbError> {
    tx.query("DELETE FROM shift WHERE company = $1").bind(company.uuid()).execute().await.map(drop)
}

/// A shift as it is stored.
#[derive(sqlx::FromRow)]
pub(super) struct Shift {
    pub(super) shift: Uuid,
    pub(super) register: Uuid,
    pub(super) opened_at: i64,
    pub(super) float: i64,
    pub(super) closed_at: Option<i64>,
    pub(super) z_number: Option<i64>,
    pub(super) expected_cash: Option<i64>,
    pub(super) counted_cash: Option<i64>,
}

/// A shop's shifts by id, for its digest. One whose opening has not arrived does not count yet.
pub(super) async fn shifts_after(tx: &mut Tx, company: CompanyId, shop: ShopId, after: Uuid, limit: i64) -> Result<Vec<Shift>, DbError> {
    tx.query(
        "SELECT shift, register, opened_at, float, closed_at, z_number, expected_cash, counted_cash FROM shift \
         WHERE company = $1 AND shop = $2 AND shift > $3 AND opened_at IS NOT NULL ORDER BY shift LIMIT $4",
    )
    .bind(company.uuid())
    .bind(shop.uuid())
    .bind(after)
    .bind(limit)
    .fetch_all()
    .await
}
