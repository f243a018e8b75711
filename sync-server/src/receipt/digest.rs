//! Digests of receipts and their lines.

use super::store;
use crate::platform::db::{DbError, Tx};
use duka_core::{CompanyId, OperatorId, ProductId, Quantity, ReceiptId, RegisterId, ShiftId, ShopId, Timestamp, Unit};
use duka_ledger::table::{Digest, ReceiptLineRow, ReceiptRow, Table};
use uuid::Uuid;

const PAGE: i64 = 5_000;

/// Of the tables that this noun owns.
pub async fn digests_in_tx(tx: &mut Tx, company: CompanyId, shop: ShopId) -> Result<Vec<(Table, Digest)>, DbError> {
    Ok(vec![(Table::Receipt, receipts(tx, company, shop).await?), (Table::ReceiptLine, lines(tx, company, shop).await?)])
}

async fn receipts(tx: &mut Tx, company: CompanyId, shop: ShopId) -> Result<Digest, DbError> {
    let (mut digest, mut after) = (Digest::default(), Uuid::nil());
    loop {
        let rows = store::receipts_after(tx, company, shop, after, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(digest) };
        after = last.receipt;
        for row in rows {
            digest.add(&ReceiptRow {
                receipt: ReceiptId::from_uuid(row.receipt),
                refund: row.refund,
                register: RegisterId::from_uuid(row.register),
                shift: ShiftId::from_uuid(row.shift),
                series: row.series,
                number: number(row.number),
                at: Timestamp::from_micros(row.at),
                operator: row.operator.map(OperatorId::from_uuid),
                currency: row.currency,
                gross: row.gross,
                tax: row.tax,
                tendered: row.tendered,
            });
        }
    }
}

async fn lines(tx: &mut Tx, company: CompanyId, shop: ShopId) -> Result<Digest, DbError> {
    let (mut digest, mut after) = (Digest::default(), (Uuid::nil(), 0));
    loop {
        let rows = store::lines_after(tx, company, shop, after, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(digest) };
        after = (last.receipt, last.line);
        for row in rows {
            digest.add(&ReceiptLineRow {
                receipt: ReceiptId::from_uuid(row.receipt),
                line: small(row.line),
                product: ProductId::from_uuid(row.product),
                quantity: quantity(row.quantity, &row.unit)?,
                unit_price: row.unit_price,
                discount: row.discount,
                gross: row.gross,
                tax: row.tax,
                rate: small(row.rate),
                of_receipt: row.of_receipt.map(ReceiptId::from_uuid),
                of_line: row.of_line.map(small),
            });
        }
    }
}

fn number(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
}

pub(super) fn small(stored: i64) -> u32 {
    u32::try_from(stored).unwrap_or(0)
}

pub(super) fn quantity(thousandths: i64, unit: &str) -> Result<Quantity, DbError> {
    let unit = Unit::parse(unit).ok_or_else(|| DbError::damaged("unit"))?;
    Quantity::try_new(thousandths, unit).map_err(|_| DbError::damaged("quantity"))
}
