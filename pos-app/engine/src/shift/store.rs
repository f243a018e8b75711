//! The table `shift`.

use crate::{
    journal::{Outcome, Stamp},
    platform::{self, StoreError, from_i64, to_i64},
};
use duka_core::{Currency, DeviceId, RegisterId, ShiftId, Timestamp};
use duka_ledger::{
    ShiftClosed, ShiftOpened,
    table::{Digest, ShiftRow},
};
use rusqlite::{Connection, OptionalExtension, params};

/// The open shift of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Open {
    pub(crate) shift: ShiftId,
    pub(crate) operator: String,
    pub(crate) opened_at: Timestamp,
    pub(crate) currency: Currency,
    pub(crate) float: i64,
}

pub(crate) fn opened_in_tx(tx: &Connection, stamp: Stamp<'_>, opened: &ShiftOpened) -> Result<Outcome, StoreError> {
    let added = tx
        .prepare_cached(
            "insert or ignore into shift (shift, device, register, operator_name, currency, opened_at, float)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            opened.shift.as_bytes(),
            stamp.entry.log.device.as_bytes(),
            opened.register.as_bytes(),
            opened.operator_name,
            opened.currency.code(),
            stamp.entry.at.micros(),
            opened.float
        ])?;
    Ok(if added == 1 { Outcome::Projected } else { Outcome::Refused(format!("shift {} was opened before", opened.shift)) })
}

pub(crate) fn closed_in_tx(tx: &Connection, stamp: Stamp<'_>, closed: &ShiftClosed) -> Result<Outcome, StoreError> {
    let changed = tx
        .prepare_cached(
            "update shift set closed_at = ?3, z_number = ?4, expected_cash = ?5, counted_cash = ?6, perpetual_gross = ?7
             where shift = ?1 and device = ?2 and z_number is null",
        )?
        .execute(params![
            closed.shift.as_bytes(),
            stamp.entry.log.device.as_bytes(),
            stamp.entry.at.micros(),
            to_i64(closed.z_number),
            closed.expected_cash,
            closed.counted_cash,
            closed.perpetual_gross
        ])?;
    Ok(if changed == 1 { Outcome::Projected } else { Outcome::Refused(format!("shift {} is not open", closed.shift)) })
}

pub(crate) fn count_aborted_in_tx(tx: &Connection, shift: ShiftId) -> Result<Outcome, StoreError> {
    tx.prepare_cached("update shift set aborted = aborted + 1 where shift = ?1")?.execute([shift.as_bytes()])?;
    Ok(Outcome::Projected)
}

pub(crate) fn count_reprint_in_tx(tx: &Connection, shift: ShiftId) -> Result<Outcome, StoreError> {
    tx.prepare_cached("update shift set reprints = reprints + 1 where shift = ?1")?.execute([shift.as_bytes()])?;
    Ok(Outcome::Projected)
}

/// The shift that a device has open.
pub(crate) fn open_of(db: &Connection, device: DeviceId) -> Result<Option<Open>, StoreError> {
    let mut statement = db.prepare_cached(
        "select shift, operator_name, opened_at, currency, float from shift where device = ?1 and z_number is null order by opened_at desc limit 1",
    )?;
    let open = statement.query_row([device.as_bytes()], |row| {
        Ok(Open {
            shift: ShiftId::from_bytes(row.get(0)?),
            operator: row.get(1)?,
            opened_at: Timestamp::from_micros(row.get(2)?),
            currency: platform::currency(row, 3)?,
            float: row.get(4)?,
        })
    });
    Ok(open.optional()?)
}

/// How many baskets were given up and receipts printed again in a shift.
pub(super) fn counts(db: &Connection, shift: ShiftId) -> Result<(u64, u64), StoreError> {
    let mut statement = db.prepare_cached("select aborted, reprints from shift where shift = ?1")?;
    Ok(statement.query_row([shift.as_bytes()], |row| Ok((from_i64(row.get(0)?), from_i64(row.get(1)?))))?)
}

/// The last Z number and perpetual gross of a device; zeros before its first.
pub(super) fn last_z(db: &Connection, device: DeviceId) -> Result<(u64, i64), StoreError> {
    let mut statement = db.prepare_cached(
        "select z_number, perpetual_gross from shift where device = ?1 and z_number is not null order by z_number desc limit 1",
    )?;
    let last = statement.query_row([device.as_bytes()], |row| Ok((from_i64(row.get(0)?), row.get(1)?))).optional()?;
    Ok(last.unwrap_or((0, 0)))
}

/// Who was at the till in a shift.
pub(crate) fn operator_of(db: &Connection, shift: ShiftId) -> Result<String, StoreError> {
    let name = db
        .prepare_cached("select operator_name from shift where shift = ?1")?
        .query_row([shift.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(name.unwrap_or_default())
}

pub(crate) fn digest(db: &Connection) -> Result<Digest, StoreError> {
    let mut statement =
        db.prepare("select shift, register, opened_at, float, closed_at, z_number, expected_cash, counted_cash from shift")?;
    let mut rows = statement.query([])?;
    let mut digest = Digest::default();
    while let Some(row) = rows.next()? {
        digest.add(&ShiftRow {
            shift: ShiftId::from_bytes(row.get(0)?),
            register: RegisterId::from_bytes(row.get(1)?),
            opened_at: Timestamp::from_micros(row.get(2)?),
            float: row.get(3)?,
            closed_at: row.get::<_, Option<i64>>(4)?.map(Timestamp::from_micros),
            z_number: row.get::<_, Option<i64>>(5)?.map(from_i64),
            expected_cash: row.get(6)?,
            counted_cash: row.get(7)?,
        });
    }
    Ok(digest)
}

pub(crate) fn clear_in_tx(tx: &Connection) -> Result<(), StoreError> {
    tx.execute("delete from shift", [])?;
    Ok(())
}
