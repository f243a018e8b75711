//! The tables `receipt` and `receipt_line`.

use super::Held;
use crate::{
    journal::{Outcome, Place, Stamp},
    platform::{self, StoreError, from_i64, to_i64, to_u32},
};
use duka_core::{Currency, LocalTime, OperatorId, ProductId, Quantity, ReceiptId, RegisterId, ShiftId, TaxRate, Timestamp};
use duka_ledger::{
    LineRef, Payment, ReceiptLine, Sale, ShiftTotals, TaxTotal, TenderKind,
    table::{Digest, ReceiptLineRow, ReceiptRow},
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Adds a sale, or a refund with its reason. A number or id that is there already is refused (I2, I7).
pub(crate) fn add_in_tx(tx: &Connection, stamp: Stamp<'_>, sale: &Sale, reason: Option<&str>) -> Result<Outcome, StoreError> {
    let tax = sale.taxes.iter().fold(0_i64, |sum, total| sum.saturating_add(total.tax));
    let tendered = sale.payments.iter().fold(0_i64, |sum, payment| sum.saturating_add(payment.tendered));
    let added = tx
        .prepare_cached(
            "insert or ignore into receipt (place, receipt, refund, register, shift, series, number, lamport, at, offset_minutes, operator,
               currency, gross, tax, tendered, reason) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        )?
        .execute(params![
            stamp.place.number(),
            sale.receipt.as_bytes(),
            reason.is_some(),
            sale.register.as_bytes(),
            sale.shift.as_bytes(),
            sale.series,
            to_i64(sale.number),
            to_i64(stamp.entry.lamport),
            stamp.entry.at.micros(),
            stamp.entry.offset_minutes,
            stamp.entry.operator.as_ref().map(OperatorId::as_bytes),
            sale.currency.code(),
            sale.gross,
            tax,
            tendered,
            reason.unwrap_or_default()
        ])?;
    if added == 0 {
        return Ok(Outcome::Refused(format!("receipt {} or its number {} {} is there already", sale.receipt, sale.series, sale.number)));
    }
    let mut insert = tx.prepare_cached(
        "insert into receipt_line (receipt, line, product, quantity, unit, unit_price, discount, gross, tax, rate, of_receipt, of_line, code,
           name, note) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) on conflict do nothing",
    )?;
    for line in &sale.lines {
        insert.execute(params![
            stamp.place.number(),
            line.line,
            line.product.as_bytes(),
            line.quantity.thousandths(),
            platform::unit_number(line.quantity.unit()),
            line.unit_price,
            line.discount,
            line.gross,
            line.tax,
            line.rate.ppm(),
            line.refunds.as_ref().map(|of| of.receipt.as_bytes()),
            line.refunds.map(|of| of.line),
            line.code,
            line.name,
            line.note
        ])?;
    }
    Ok(Outcome::Projected)
}

/// The next number of a series, from 1: written in the same transaction, so that none is lost or given twice (I7).
pub(crate) fn next_number(tx: &Connection, series: &str) -> Result<u64, StoreError> {
    let last: i64 =
        tx.prepare_cached("select coalesce(max(number), 0) from receipt where series = ?1")?.query_row([series], |row| row.get(0))?;
    Ok(from_i64(last).saturating_add(1))
}

macro_rules! columns {
    () => {
        "place, receipt, refund, register, shift, series, number, at, offset_minutes, operator, currency, gross, tax, tendered, reason"
    };
}

fn read(row: &Row<'_>) -> rusqlite::Result<Held> {
    let gross: i64 = row.get(11)?;
    Ok(Held {
        place: Place::from_number(row.get(0)?),
        refund: row.get(2)?,
        sale: Sale {
            receipt: ReceiptId::from_bytes(row.get(1)?),
            register: RegisterId::from_bytes(row.get(3)?),
            shift: ShiftId::from_bytes(row.get(4)?),
            series: row.get(5)?,
            number: from_i64(row.get(6)?),
            currency: platform::currency(row, 10)?,
            lines: Vec::new(),
            taxes: Vec::new(),
            gross,
            payments: vec![Payment { tender: TenderKind::Cash, amount: gross, tendered: row.get(13)? }],
        },
        at: LocalTime { at: Timestamp::from_micros(row.get(7)?), offset_minutes: row.get(8)? },
        reason: row.get(14)?,
    })
}

fn read_quantity(row: &Row<'_>, column: usize) -> rusqlite::Result<Quantity> {
    let unit = platform::unit(row.get(column + 1)?);
    Quantity::try_new(row.get(column)?, unit)
        .map_err(|fault| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Integer, Box::new(fault)))
}

fn read_rate(row: &Row<'_>, column: usize) -> rusqlite::Result<TaxRate> {
    TaxRate::try_from_ppm(row.get(column)?)
        .map_err(|fault| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Integer, Box::new(fault)))
}

fn read_line(row: &Row<'_>) -> rusqlite::Result<ReceiptLine> {
    let of: Option<[u8; 16]> = row.get(9)?;
    let of_line: Option<u32> = row.get(10)?;
    Ok(ReceiptLine {
        line: row.get(0)?,
        product: ProductId::from_bytes(row.get(1)?),
        code: row.get(11)?,
        name: row.get(12)?,
        quantity: read_quantity(row, 2)?,
        unit_price: row.get(4)?,
        discount: row.get(5)?,
        gross: row.get(6)?,
        tax: row.get(7)?,
        rate: read_rate(row, 8)?,
        note: row.get(13)?,
        refunds: of.zip(of_line).map(|(receipt, line)| LineRef { receipt: ReceiptId::from_bytes(receipt), line }),
    })
}

/// A receipt with its lines; its taxes are the sums of its lines.
pub(crate) fn load(db: &Connection, receipt: ReceiptId) -> Result<Option<Held>, StoreError> {
    let held = db
        .prepare_cached(concat!("select ", columns!(), " from receipt where receipt = ?1"))?
        .query_row([receipt.as_bytes()], read)
        .optional()?;
    let Some(mut held) = held else { return Ok(None) };
    held.sale.lines = db
        .prepare_cached(
            "select line, product, quantity, unit, unit_price, discount, gross, tax, rate, of_receipt, of_line, code, name, note
             from receipt_line where receipt = ?1 order by line",
        )?
        .query_map([held.place.number()], read_line)?
        .collect::<Result<_, _>>()?;
    held.sale.taxes = taxes(&held.sale.lines);
    Ok(Some(held))
}

/// Net and tax per rate, by rising rate.
pub(crate) fn taxes(lines: &[ReceiptLine]) -> Vec<TaxTotal> {
    let mut totals: Vec<TaxTotal> = Vec::new();
    for line in lines {
        let at = match totals.binary_search_by_key(&line.rate, |total| total.rate) {
            Ok(at) => at,
            Err(at) => {
                totals.insert(at, TaxTotal { rate: line.rate, net: 0, tax: 0 });
                at
            }
        };
        if let Some(total) = totals.get_mut(at) {
            total.net = total.net.saturating_add(line.gross).saturating_sub(line.tax);
            total.tax = total.tax.saturating_add(line.tax);
        }
    }
    totals
}

/// A receipt in a list, how many lines it has, and whether all of them were refunded.
pub(crate) struct Listed {
    pub(crate) held: Held,
    pub(crate) lines: u32,
    pub(crate) refunded: bool,
    pub(crate) lamport: i64,
}

macro_rules! listed {
    ($where:literal) => {
        concat!(
            "select ",
            columns!(),
            ", lamport, (select count(*) from receipt_line where receipt_line.receipt = receipt.place),
               not refund and not exists (
                 select 1 from receipt_line as sold where sold.receipt = receipt.place and sold.quantity > (
                   select coalesce(sum(back.quantity), 0) from receipt_line as back
                   where back.of_receipt = receipt.receipt and back.of_line = sold.line))
             from receipt where ",
            $where,
            " order by lamport desc, place desc limit ?1"
        )
    };
}

fn read_listed(row: &Row<'_>) -> rusqlite::Result<Listed> {
    Ok(Listed { held: read(row)?, lamport: row.get(15)?, lines: to_u32(row.get(16)?), refunded: row.get(17)? })
}

/// Newest first by lamport time (I8), before a row of an earlier page.
pub(crate) fn newest(db: &Connection, before: Option<(i64, i64)>, limit: u32) -> Result<Vec<Listed>, StoreError> {
    let (lamport, place) = before.unwrap_or((i64::MAX, i64::MAX));
    let mut statement = db.prepare_cached(listed!("(lamport, place) < (?2, ?3)"))?;
    let rows = statement.query_map(params![limit, lamport, place], read_listed)?.collect::<Result<_, _>>()?;
    Ok(rows)
}

pub(crate) fn listed(db: &Connection, receipt: ReceiptId) -> Result<Option<Listed>, StoreError> {
    Ok(db.prepare_cached(listed!("receipt = ?2"))?.query_row(params![1, receipt.as_bytes()], read_listed).optional()?)
}

pub(crate) fn numbered(db: &Connection, series: &str, number: u64) -> Result<Option<Listed>, StoreError> {
    let mut statement = db.prepare_cached(listed!("series = ?2 and number = ?3"))?;
    Ok(statement.query_row(params![1, series, to_i64(number)], read_listed).optional()?)
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

/// What was sold and refunded in a shift; aborted and reprinted are counted by the shift itself.
pub(crate) fn totals_of(db: &Connection, shift: ShiftId) -> Result<ShiftTotals, StoreError> {
    let mut totals = db
        .prepare_cached(
            "select coalesce(sum(not refund), 0), coalesce(sum(iif(refund, 0, gross)), 0), coalesce(sum(refund), 0),
               coalesce(sum(iif(refund, gross, 0)), 0), coalesce(min(number), 0), coalesce(max(number), 0) from receipt where shift = ?1",
        )?
        .query_row([shift.as_bytes()], |row| {
            let (sales_gross, refunds_gross): (i64, i64) = (row.get(1)?, row.get(3)?);
            Ok(ShiftTotals {
                sales: from_i64(row.get(0)?),
                sales_gross,
                refunds: from_i64(row.get(2)?),
                refunds_gross,
                aborted: 0,
                reprints: 0,
                taxes: Vec::new(),
                cash: sales_gross.saturating_sub(refunds_gross),
                first_number: from_i64(row.get(4)?),
                last_number: from_i64(row.get(5)?),
            })
        })?;
    totals.taxes = db
        .prepare_cached(
            "select rate, sum(iif(refund, line.tax - line.gross, line.gross - line.tax)), sum(iif(refund, -line.tax, line.tax))
             from receipt join receipt_line as line on line.receipt = receipt.place where shift = ?1 group by rate order by rate",
        )?
        .query_map([shift.as_bytes()], |row| Ok(TaxTotal { rate: read_rate(row, 0)?, net: row.get(1)?, tax: row.get(2)? }))?
        .collect::<Result<_, _>>()?;
    Ok(totals)
}

/// How many receipts of a log stand after `seq`.
pub(crate) fn waiting(db: &Connection, after: Place, to: Place) -> Result<u64, StoreError> {
    let count: i64 = db
        .prepare_cached("select count(*) from receipt where place > ?1 and place <= ?2")?
        .query_row([after.number(), to.number()], |row| row.get(0))?;
    Ok(from_i64(count))
}

pub(crate) fn digest(db: &Connection) -> Result<Digest, StoreError> {
    let mut statement = db.prepare(concat!("select ", columns!(), " from receipt"))?;
    let mut rows = statement.query([])?;
    let mut digest = Digest::default();
    while let Some(row) = rows.next()? {
        let currency: Currency = platform::currency(row, 10)?;
        digest.add(&ReceiptRow {
            receipt: ReceiptId::from_bytes(row.get(1)?),
            refund: row.get(2)?,
            register: RegisterId::from_bytes(row.get(3)?),
            shift: ShiftId::from_bytes(row.get(4)?),
            series: row.get(5)?,
            number: from_i64(row.get(6)?),
            at: Timestamp::from_micros(row.get(7)?),
            operator: row.get::<_, Option<[u8; 16]>>(9)?.map(OperatorId::from_bytes),
            currency: currency.code().to_owned(),
            gross: row.get(11)?,
            tax: row.get(12)?,
            tendered: row.get(13)?,
        });
    }
    Ok(digest)
}

pub(crate) fn line_digest(db: &Connection) -> Result<Digest, StoreError> {
    let mut statement = db.prepare(
        "select receipt.receipt, line, product, quantity, unit, unit_price, discount, line.gross, line.tax, rate, of_receipt, of_line
         from receipt_line as line join receipt on receipt.place = line.receipt",
    )?;
    let mut rows = statement.query([])?;
    let mut digest = Digest::default();
    while let Some(row) = rows.next()? {
        digest.add(&ReceiptLineRow {
            receipt: ReceiptId::from_bytes(row.get(0)?),
            line: row.get(1)?,
            product: ProductId::from_bytes(row.get(2)?),
            quantity: read_quantity(row, 3)?,
            unit_price: row.get(5)?,
            discount: row.get(6)?,
            gross: row.get(7)?,
            tax: row.get(8)?,
            rate: row.get(9)?,
            of_receipt: row.get::<_, Option<[u8; 16]>>(10)?.map(ReceiptId::from_bytes),
            of_line: row.get(11)?,
        });
    }
    Ok(digest)
}

pub(crate) fn clear_in_tx(tx: &Connection) -> Result<(), StoreError> {
    tx.execute_batch("delete from receipt_line; delete from receipt;")?;
    Ok(())
}
