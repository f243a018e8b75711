//! The digest of shifts.

use super::store;
use crate::platform::db::{DbError, Tx};
use duka_core::{CompanyId, RegisterId, ShiftId, ShopId, Timestamp};
use duka_ledger::table::{Digest, ShiftRow};
use uuid::Uuid;

const PAGE: i64 = 5_000;

/// Of a shop's shifts whose opening has arrived.
pub async fn digest_in_tx(tx: &mut Tx, company: CompanyId, shop: ShopId) -> Result<Digest, DbError> {
    let (mut digest, mut after) = (Digest::default(), Uuid::nil());
    loop {
        let rows = store::shifts_after(tx, company, shop, after, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(digest) };
        after = last.shift;
        for row in rows {
            digest.add(&ShiftRow {
                shift: ShiftId::from_uuid(row.shift),
                register: RegisterId::from_uuid(row.register),
                opened_at: Timestamp::from_micros(row.opened_at),
                float: row.float,
                closed_at: row.closed_at.map(Timestamp::from_micros),
                z_number: row.z_number.map(number),
                expected_cash: row.expected_cash,
                counted_cash: row.counted_cash,
            });
        }
    }
}

fn number(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
}
