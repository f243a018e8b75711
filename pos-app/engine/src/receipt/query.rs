//! A receipt as this till holds it: tables `receipt`, `receipt_line` and `payment`.

use super::store;
use crate::{
    platform::{StoreError, quantity},
    tables,
};
use duka_core::{DeviceId, LocalTime, ReceiptId};
use duka_ledger::{LineRef, Payment, PaymentRow, PrintedNumber, ReceiptLine, ReceiptLineRow, ReceiptRow, Sale, TaxTotal, TenderKind};
use rusqlite::{Connection, params};
pub(crate) use store::{Refunded, refunded_of};

/// A receipt in the form in which it was written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Held {
    pub(crate) device: DeviceId,
    pub(crate) seq: u64,
    pub(crate) refund: bool,
    pub(crate) sale: Sale,
    pub(crate) at: LocalTime,
    pub(crate) reason: String,
}

/// The row of a receipt. (Should two devices ever claim one id, all tills find the same one of them.)
pub(super) fn row(db: &Connection, receipt: ReceiptId) -> Result<Option<ReceiptRow>, StoreError> {
    tables::first(db, "where receipt = ?1 order by lamport, device limit 1", [receipt.as_bytes()])
}

/// A receipt with its lines and payments; its taxes are the sums of its lines.
pub(crate) fn load(db: &Connection, receipt: ReceiptId) -> Result<Option<Held>, StoreError> {
    let Some(row) = row(db, receipt)? else { return Ok(None) };
    let key = params![row.device.as_bytes(), i64::try_from(row.number).unwrap_or(i64::MAX)];
    let lines: Vec<ReceiptLineRow> = tables::select(db, "where device = ?1 and number = ?2 order by line", key)?;
    let lines = lines.into_iter().map(line).collect::<Result<Vec<_>, _>>()?;
    let payments: Vec<PaymentRow> = tables::select(db, "where device = ?1 and number = ?2 order by position", key)?;
    Ok(Some(Held {
        device: row.device,
        seq: row.seq,
        refund: row.refund,
        at: LocalTime { at: row.at, offset_minutes: row.offset_minutes },
        reason: row.reason,
        sale: Sale {
            receipt: row.receipt,
            register: row.register,
            shift: row.shift,
            series: row.series,
            number: row.number,
            currency: row.currency,
            taxes: taxes(&lines),
            lines,
            gross: row.gross,
            payments: payments.iter().map(payment).collect::<Result<_, _>>()?,
            printed: row.printed_series.zip(row.printed_number).map(|(series, number)| Box::new(PrintedNumber { series, number })),
        },
    }))
}

fn line(row: ReceiptLineRow) -> Result<ReceiptLine, StoreError> {
    Ok(ReceiptLine {
        line: row.line,
        product: row.product,
        code: row.code,
        name: row.name,
        quantity: quantity(row.quantity, row.unit)?,
        unit_price: row.unit_price,
        discount: row.discount,
        gross: row.gross,
        tax: row.tax,
        rate: row.rate,
        note: row.note,
        refunds: row.of_receipt.zip(row.of_line).map(|(receipt, line)| LineRef { receipt, line }),
    })
}

fn payment(row: &PaymentRow) -> Result<Payment, StoreError> {
    let tender = TenderKind::from_number(row.tender).ok_or_else(|| StoreError::Corrupt("a payment's kind".into()))?;
    Ok(Payment { tender, amount: row.amount, tendered: row.tendered })
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
            // Sums past what a receipt may have are refused by the rules, which add up exactly.
            total.net = total.net.saturating_add(line.gross).saturating_sub(line.tax);
            total.tax = total.tax.saturating_add(line.tax);
        }
    }
    totals
}
