//! Questions to the tables of receipts that are more than reading rows.

use crate::platform::{StoreError, to_i64, to_u32};
use duka_core::DeviceId;
use duka_ledger::LineRef;
use rusqlite::{Connection, params};

/// How much of a sold line was refunded, and what was given back for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Refunded {
    pub(crate) thousandths: i64,
    pub(crate) gross: i64,
    pub(crate) tax: i64,
}

pub(crate) fn refunded_of(db: &Connection, of: LineRef) -> Result<Refunded, StoreError> {
    let refunded = db
        .prepare_cached(
            "select coalesce(sum(quantity), 0), coalesce(sum(gross), 0), coalesce(sum(tax), 0) from receipt_line
             where of_receipt is not null and of_receipt = ?1 and of_line = ?2",
        )?
        .query_row(params![of.receipt.as_bytes(), of.line], |row| {
            Ok(Refunded { thousandths: row.get(0)?, gross: row.get(1)?, tax: row.get(2)? })
        })?;
    Ok(refunded)
}

/// How many lines a receipt has, and whether all of them were refunded.
pub(super) fn lines_of(db: &Connection, device: DeviceId, number: u64) -> Result<(u32, bool), StoreError> {
    let found = db
        .prepare_cached(
            "select count(*), not exists (
               select 1 from receipt_line as sold join receipt on receipt.device = sold.device and receipt.number = sold.number
               where sold.device = ?1 and sold.number = ?2 and (receipt.refund or sold.quantity > (
                 select coalesce(sum(back.quantity), 0) from receipt_line as back
                 where back.of_receipt = receipt.receipt and back.of_line = sold.line)))
             from receipt_line where device = ?1 and number = ?2",
        )?
        .query_row(params![device.as_bytes(), to_i64(number)], |row| Ok((to_u32(row.get(0)?), row.get(1)?)))?;
    Ok(found)
}
