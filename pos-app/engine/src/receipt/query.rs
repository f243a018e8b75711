//! A receipt as this till holds it: tables `receipt`, `receipt_line` and `payment`.

use super::store;
use crate::platform::{StoreError, quantity};
use duka_core::{DeviceId, LocalTime, ReceiptId};
use duka_ledger::{LineRef, Payment, PaymentRow, PrintedNumber, ReceiptLine, ReceiptLineRow, Sale, TaxTotal, TenderKind};
use rusqlite::Connection;
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

/// A receipt as the till of `own` finds it, with its lines and payments; its taxes are the sums of its lines.
pub(crate) fn load(db: &Connection, own: DeviceId, receipt: ReceiptId) -> Result<Option<Held>, StoreError> {
    let Some(row) = store::row(db, own, receipt)? else { return Ok(None) };
    let lines = store::lines(db, &row)?.into_iter().map(line).collect::<Result<Vec<_>, _>>()?;
    let payments = store::payments(db, &row)?;
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
            taxes: TaxTotal::of_lines(&lines).ok_or_else(|| StoreError::Corrupt("the taxes of a receipt".into()))?,
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
