//! The tables `receipt`, `receipt_line` and `payment`.

use crate::{
    platform::{StoreError, to_i64, to_u32},
    tables,
};
use duka_core::{DeviceId, ReceiptId};
use duka_ledger::{LineRef, PaymentRow, ReceiptLineRow, ReceiptRow};
use rusqlite::{Connection, params};

/// The row of a receipt. Should another device claim an id that this till, `own`, has used, this till finds its own; of two others all find the same.
pub(super) fn row(db: &Connection, own: DeviceId, receipt: ReceiptId) -> Result<Option<ReceiptRow>, StoreError> {
    let first = "where receipt = ?1 order by device <> ?2, lamport, device limit 1";
    tables::first(db, first, params![receipt.as_bytes(), own.as_bytes()])
}

/// The receipt of a device with this number.
pub(super) fn numbered(db: &Connection, device: DeviceId, number: u64) -> Result<Option<ReceiptRow>, StoreError> {
    tables::first(db, "where device = ?1 and number = ?2", params![device.as_bytes(), to_i64(number)])
}

/// Receipts whose paper has this number, though they stand under another.
pub(super) fn printed_as(db: &Connection, number: u64, limit: u32) -> Result<Vec<ReceiptRow>, StoreError> {
    let of_number = "where printed_number is not null and printed_number = ?1 order by lamport, device limit ?2";
    tables::select(db, of_number, params![to_i64(number), limit])
}

/// Where a page of receipts begins: behind this logical time, device and number.
pub(super) type After = (i64, DeviceId, i64);

/// Receipts, newest first.
pub(super) fn newest(db: &Connection, after: Option<After>, limit: u32) -> Result<Vec<ReceiptRow>, StoreError> {
    match after {
        None => tables::select(db, "order by lamport desc, device desc, number desc limit ?1", [limit]),
        Some((lamport, device, number)) => tables::select(
            db,
            "where (lamport, device, number) < (?2, ?3, ?4) order by lamport desc, device desc, number desc limit ?1",
            params![limit, lamport, device.as_bytes(), number],
        ),
    }
}

/// The lines of a receipt.
pub(super) fn lines(db: &Connection, of: &ReceiptRow) -> Result<Vec<ReceiptLineRow>, StoreError> {
    tables::select(db, "where device = ?1 and number = ?2 order by line", params![of.device.as_bytes(), to_i64(of.number)])
}

/// What was paid for it.
pub(super) fn payments(db: &Connection, of: &ReceiptRow) -> Result<Vec<PaymentRow>, StoreError> {
    tables::select(db, "where device = ?1 and number = ?2 order by position", params![of.device.as_bytes(), to_i64(of.number)])
}

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
