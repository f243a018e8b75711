//! The one fold: which rows a fact adds. Local, received and refolded facts go through here and nowhere else (I4).

mod postings;
mod stock_moves;

pub use postings::postings;
pub use stock_moves::stock_moves;

use crate::{
    account::{AccountRow, PostingError},
    device::{DeviceRow, DeviceStandingRow},
    fact::Fact,
    journal::Entry,
    receipt::{AbortedSaleRow, PaymentRow, ReceiptLine, ReceiptLineRow, ReceiptRow, ReprintRow, Sale},
    record::RecordChangeRow,
    shift::{ShiftClosed, ShiftOpened, ShiftRow, ZReportRow},
    stock::StockRow,
    table::{Row, Table, Tabled},
};
use duka_core::{DeviceId, planted};
use std::collections::BTreeMap;

/// Rises whenever the same facts give other rows or other verdicts. What an older version folded is folded again.
pub const VERSION: u32 = 1;

/// The version of this program's fold: [`VERSION`], but in a simulation of several.
pub fn version() -> u32 {
    planted::fold_version(VERSION)
}

impl Table {
    /// Every table that follows from facts.
    pub const ALL: [&'static Self; 13] = [
        <crate::DeviceRow as Tabled>::TABLE,
        <crate::DeviceStandingRow as Tabled>::TABLE,
        <crate::ShiftRow as Tabled>::TABLE,
        <crate::ZReportRow as Tabled>::TABLE,
        <crate::ReceiptRow as Tabled>::TABLE,
        <crate::ReceiptLineRow as Tabled>::TABLE,
        <crate::PaymentRow as Tabled>::TABLE,
        <crate::AbortedSaleRow as Tabled>::TABLE,
        <crate::ReprintRow as Tabled>::TABLE,
        <crate::AccountRow as Tabled>::TABLE,
        <crate::StockRow as Tabled>::TABLE,
        <crate::RecordChangeRow as Tabled>::TABLE,
        <crate::ProductRow as Tabled>::TABLE,
    ];
}

/// The rows that a fact adds, the first of them under a key that only this fact has. Pure: the same fact in the same place, the same rows.
///
/// A record's change adds a line to its history; the document is merged by whoever holds it.
pub fn rows(entry: &Entry, fact: &Fact) -> Result<Vec<Row>, PostingError> {
    let mut rows = own_rows(entry, fact)?;
    for posting in postings(fact)? {
        rows.push(AccountRow { account: posting.account, currency: posting.currency, balance: posting.amount }.row());
    }
    let mut moved = BTreeMap::<_, i64>::new();
    for stock_move in stock_moves(fact) {
        let sum = moved.entry((stock_move.product, stock_move.quantity.unit())).or_default();
        *sum = stock_move.thousandths().and_then(|thousandths| sum.checked_add(thousandths)).ok_or(PostingError)?;
    }
    rows.extend(moved.into_iter().map(|((product, unit), thousandths)| StockRow { product, unit, thousandths }.row()));
    Ok(rows)
}

/// The rows that tell of the fact itself.
fn own_rows(entry: &Entry, fact: &Fact) -> Result<Vec<Row>, PostingError> {
    let (device, seq, lamport, at, operator) = (entry.log.device, entry.seq, entry.lamport, entry.at, entry.operator);
    Ok(match fact {
        Fact::SaleCompleted(sale) => receipt(entry, sale, None)?,
        Fact::RefundCompleted(refund) => receipt(entry, &refund.refund, Some(&refund.reason))?,
        Fact::SaleAborted(aborted) => {
            let &crate::SaleAborted { receipt, register, shift, currency, lines, gross } = aborted;
            vec![AbortedSaleRow { device, seq, receipt, register, shift, at, operator, currency, lines, gross }.row()]
        }
        Fact::ReceiptReprinted(reprinted) => {
            let &crate::ReceiptReprinted { receipt, register, shift } = reprinted;
            vec![ReprintRow { device, seq, receipt, register, shift, at, operator }.row()]
        }
        Fact::ShiftOpened(opened) => vec![shift(entry, opened).row()],
        Fact::ShiftClosed(closed) => vec![z_report(entry, closed).row()],
        Fact::RecordChanged(changed) => {
            vec![RecordChangeRow { device, record: changed.record, number: changed.number, seq, lamport, at, operator }.row()]
        }
        Fact::DeviceCertified(certified) => vec![DeviceRow::from(certified.clone()).row()],
        Fact::DeviceStandingChanged(changed) => vec![
            DeviceStandingRow {
                device: changed.device,
                lamport,
                standing: changed.standing.number(),
                company_seq: changed.company_seq,
                shop_seq: changed.shop_seq,
                reason: changed.reason.clone(),
            }
            .row(),
        ],
        Fact::StockMoved(_) | Fact::AccountAdjusted(_) | Fact::TechnicalEvent(_) => Vec::new(),
    })
}

fn shift(entry: &Entry, opened: &ShiftOpened) -> ShiftRow {
    let continues = opened.continues.as_ref();
    ShiftRow {
        device: entry.log.device,
        number: opened.number,
        shift: opened.shift,
        register: opened.register,
        operator_name: opened.operator_name.clone(),
        currency: opened.currency,
        opened_at: continues.map_or(entry.at, |before| before.opened_at),
        offset_minutes: entry.offset_minutes,
        float: opened.float,
        continues: continues.map(|before| before.device),
    }
}

fn z_report(entry: &Entry, closed: &ShiftClosed) -> ZReportRow {
    ZReportRow {
        device: entry.log.device,
        number: closed.z_number,
        shift: closed.shift,
        register: closed.register,
        currency: closed.currency,
        closed_at: entry.at,
        offset_minutes: entry.offset_minutes,
        sales: closed.totals.sales,
        sales_gross: closed.totals.sales_gross,
        refunds: closed.totals.refunds,
        refunds_gross: closed.totals.refunds_gross,
        aborted: closed.totals.aborted,
        reprints: closed.totals.reprints,
        expected_cash: closed.expected_cash,
        counted_cash: closed.counted_cash,
        perpetual_gross: closed.perpetual_gross,
    }
}

fn receipt(entry: &Entry, sale: &Sale, refund: Option<&str>) -> Result<Vec<Row>, PostingError> {
    let device = entry.log.device;
    let tax = sale.taxes.iter().try_fold(0_i64, |sum, total| sum.checked_add(total.tax)).ok_or(PostingError)?;
    let mut rows = Vec::with_capacity(sale.lines.len().saturating_add(sale.payments.len()).saturating_add(8));
    rows.push(
        ReceiptRow {
            device,
            number: sale.number,
            receipt: sale.receipt,
            refund: refund.is_some(),
            register: sale.register,
            shift: sale.shift,
            series: sale.series.clone(),
            seq: entry.seq,
            lamport: entry.lamport,
            at: entry.at,
            offset_minutes: entry.offset_minutes,
            operator: entry.operator,
            currency: sale.currency,
            gross: sale.gross,
            tax,
            reason: refund.unwrap_or_default().to_owned(),
            printed_series: sale.printed.as_ref().map(|printed| printed.series.clone()),
            printed_number: sale.printed.as_ref().map(|printed| printed.number),
        }
        .row(),
    );
    rows.extend(sale.lines.iter().map(|line| receipt_line(device, sale.number, line).row()));
    rows.extend((1_u32..).zip(&sale.payments).map(|(position, payment)| {
        PaymentRow {
            device,
            number: sale.number,
            position,
            tender: payment.tender.number(),
            amount: payment.amount,
            tendered: payment.tendered,
        }
        .row()
    }));
    Ok(rows)
}

fn receipt_line(device: DeviceId, number: u64, line: &ReceiptLine) -> ReceiptLineRow {
    ReceiptLineRow {
        device,
        number,
        line: line.line,
        product: line.product,
        code: line.code.clone(),
        name: line.name.clone(),
        quantity: line.quantity.thousandths(),
        unit: line.quantity.unit(),
        unit_price: line.unit_price,
        discount: line.discount,
        gross: line.gross,
        tax: line.tax,
        rate: line.rate,
        note: line.note.clone(),
        of_receipt: line.refunds.map(|of| of.receipt),
        of_line: line.refunds.map(|of| of.line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Kind, Write};
    use std::collections::BTreeSet;

    #[test]
    fn every_table_is_described_in_a_way_that_makes_the_order_of_arrival_not_matter() {
        let mut names = BTreeSet::new();
        for table in Table::ALL {
            assert!(names.insert(table.name), "{} is described twice", table.name);
            assert!((1..=table.columns.len()).contains(&table.key), "{}", table.name);
            assert!(table.key_columns().iter().all(|column| !column.optional), "{}: a key is never empty", table.name);
            match table.write {
                Write::Once => assert_eq!(table.columns[0].name, "device", "{}: keys begin with the writer's device", table.name),
                Write::Sum => assert!(table.other_columns().iter().all(|column| column.kind == Kind::Integer && !column.optional)),
                Write::Record => assert_eq!(table.key, 1, "{}: a record is told by its id", table.name),
            }
        }
    }
}
