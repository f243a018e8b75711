//! Looking receipts up.

use super::{
    ReceiptError,
    query::{load, refunded_of},
    store,
};
use crate::{
    device, journal,
    platform::{StoreError, money, shown_quantity},
};
use duka_api::till::{Page, Receipt, ReceiptKind, ReceiptLine, ReceiptQuery, ReceiptRef, ReceiptSummary};
use duka_core::{DeviceId, LocalTime, Money, MoneyError, ShopId};
use duka_ledger::{LineRef, LogId, PublicKey, ReceiptCode, ReceiptRow, Scope, SignedReceiptCode, shown_number};
use rusqlite::Connection;

/// Rows of a page.
const PAGE: u32 = 50;

/// Who asks: what a list of receipts needs to know of this till.
pub(crate) struct Asker<'a> {
    pub(crate) device: DeviceId,
    pub(crate) shop: ShopId,
    pub(crate) series: &'a str,
    pub(crate) key: PublicKey,
}

/// Receipts of the shop, newest first; or those with a number or a scanned code.
pub(crate) fn list(db: &Connection, asker: &Asker<'_>, query: &ReceiptQuery) -> Result<Page<ReceiptSummary>, ReceiptError> {
    let summaries = |rows: Vec<ReceiptRow>| rows.iter().map(|row| summary(db, asker, row)).collect::<Result<Vec<_>, _>>();
    let typed = query.find.trim();
    if !typed.is_empty() {
        return Ok(Page { rows: summaries(find(db, asker, typed)?)?, next: None });
    }
    let after = query.after.as_ref().map(|text| place(text).ok_or_else(|| ReceiptError::Page(text.clone()))).transpose()?;
    let rows = store::newest(db, after, PAGE)?;
    let whole = u32::try_from(rows.len()) == Ok(PAGE);
    let next = rows.last().filter(|_| whole).map(|last| format!("{}:{}:{}", last.lamport, last.device, last.number));
    Ok(Page { rows: summaries(rows)?, next })
}

fn place(text: &str) -> Option<store::After> {
    let mut parts = text.split(':');
    let place = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    parts.next().is_none().then_some(place)
}

fn find(db: &Connection, asker: &Asker<'_>, typed: &str) -> Result<Vec<ReceiptRow>, ReceiptError> {
    if SignedReceiptCode::is_code(typed) {
        return Ok(by_code(db, asker, typed)?.into_iter().collect());
    }
    let numbered = |devices: Vec<DeviceId>, number: u64| -> Result<Vec<ReceiptRow>, ReceiptError> {
        let found = devices.into_iter().map(|device| store::numbered(db, device, number));
        Ok(found.collect::<Result<Vec<_>, StoreError>>()?.into_iter().flatten().collect())
    };
    let (series, number) = match typed.rsplit_once('-') {
        Some((series, number)) => (Some(series), number),
        None => (None, typed),
    };
    let Ok(number) = number.parse() else { return Ok(Vec::new()) };
    let mut found = numbered(devices(db, asker, series)?, number)?;
    found.extend(printed_as(db, series, number)?);
    Ok(found)
}

/// Receipts whose paper says this number, though they stand under another.
fn printed_as(db: &Connection, series: Option<&str>, number: u64) -> Result<Vec<ReceiptRow>, StoreError> {
    let rows = store::printed_as(db, number, PAGE)?;
    let is_of = |row: &ReceiptRow| {
        series.is_none_or(|series| row.printed_series.as_deref().is_some_and(|printed| printed.eq_ignore_ascii_case(series)))
    };
    Ok(rows.into_iter().filter(is_of).collect())
}

/// The tills whose numbers begin with `series` (in any case), or all; this one first.
fn devices(db: &Connection, asker: &Asker<'_>, series: Option<&str>) -> Result<Vec<DeviceId>, StoreError> {
    let own = (asker.series.to_owned(), asker.device);
    let others = device::series(db)?.into_iter().filter(|(_, device)| *device != asker.device);
    let wanted = std::iter::once(own).chain(others).filter(|(its, _)| series.is_none_or(|series| series.eq_ignore_ascii_case(its)));
    Ok(wanted.map(|(_, device)| device).collect())
}

/// Without the writer's key nothing can be said of a signature; the receipt itself, if it is held, came with the journal.
fn by_code(db: &Connection, asker: &Asker<'_>, typed: &str) -> Result<Option<ReceiptRow>, ReceiptError> {
    let not_genuine = |fault: &dyn std::fmt::Display| ReceiptError::NotGenuine(fault.to_string());
    let code = SignedReceiptCode::parse(typed).map_err(|fault| not_genuine(&fault))?;
    let key = if code.content.device == asker.device { Some(asker.key) } else { device::key(db, code.content.device)? };
    if let Some(key) = key {
        code.verify(&key).map_err(|fault| not_genuine(&fault))?;
    }
    let ReceiptCode { receipt, series, number, gross, .. } = code.content;
    let held = store::row(db, asker.device, receipt)?;
    let says = |row: &ReceiptRow| {
        let printed = row.printed_series.as_ref().zip(row.printed_number);
        row.gross == gross && printed.unwrap_or((&row.series, row.number)) == (&series, number)
    };
    if held.as_ref().is_some_and(says) {
        return Ok(held);
    }
    // Two copies of a till may have begun one receipt: the one that this paper is of was written again under another id.
    Ok(printed_as(db, Some(&series), number)?.into_iter().find(says).or(held))
}

fn summary(db: &Connection, asker: &Asker<'_>, row: &ReceiptRow) -> Result<ReceiptSummary, StoreError> {
    let (lines, refunded) = store::lines_of(db, row.device, row.number)?;
    Ok(ReceiptSummary {
        receipt: row.receipt,
        kind: if row.refund { ReceiptKind::Refund } else { ReceiptKind::Sale },
        number: shown_number(&row.series, row.number),
        printed: row.printed_series.as_ref().zip(row.printed_number).map(|(series, number)| shown_number(series, number)),
        at: LocalTime { at: row.at, offset_minutes: row.offset_minutes },
        gross: money(row.gross, row.currency)?,
        lines,
        refunded,
        synced: is_synced(db, asker, row)?,
    })
}

/// Whether the server holds it: it came from there, or was acknowledged.
fn is_synced(db: &Connection, asker: &Asker<'_>, row: &ReceiptRow) -> Result<bool, StoreError> {
    let log = journal::head(db, LogId { device: row.device, scope: Scope::Shop(asker.shop) })?;
    Ok(log.is_some_and(|log| row.device != asker.device && !log.former || row.seq <= log.acknowledged))
}

/// One receipt with its lines and what of them was refunded.
pub(crate) fn get(db: &Connection, asker: &Asker<'_>, which: &ReceiptRef) -> Result<Receipt, ReceiptError> {
    let not_found = || ReceiptError::NotFound(which.receipt);
    let row = store::row(db, asker.device, which.receipt)?.ok_or_else(not_found)?;
    let held = load(db, asker.device, which.receipt)?.ok_or_else(not_found)?;
    let sale = &held.sale;
    let amount = |minor| money(minor, sale.currency);
    let mut lines = Vec::with_capacity(sale.lines.len());
    for line in &sale.lines {
        let refunded = refunded_of(db, LineRef { receipt: sale.receipt, line: line.line })?;
        lines.push(ReceiptLine {
            line: line.line,
            product: line.product,
            name: line.name.clone(),
            code: line.code.clone(),
            quantity: line.quantity,
            unit_price: amount(line.unit_price)?,
            discount: amount(line.discount)?,
            gross: amount(line.gross)?,
            rate: line.rate,
            note: line.note.clone().unwrap_or_default(),
            refunded: shown_quantity(refunded.thousandths, line.quantity.unit())?,
        });
    }
    let tendered = sale.payments.iter().map(|payment| amount(payment.tendered)).collect::<Result<Vec<_>, _>>()?;
    let too_much = |fault: MoneyError| StoreError::Corrupt(fault.to_string());
    let tendered = Money::sum(sale.currency, tendered).map_err(too_much)?;
    let change = if held.refund { Money::zero(sale.currency) } else { tendered.checked_sub(amount(sale.gross)?).map_err(too_much)? };
    Ok(Receipt { summary: summary(db, asker, &row)?, lines, tax: amount(row.tax)?, tendered, change, reason: held.reason })
}
