//! What is asked about receipts.

use super::{ReceiptError, store};
use crate::{
    company,
    platform::{
        Platform,
        db::DbError,
        http::{NotAPlace, PAGE, page},
    },
};
use duka_api::{
    http::{SaleLineView, SaleView},
    till::{Page, ReceiptKind},
};
use duka_core::{CompanyId, Currency, LocalTime, Money, Quantity, ReceiptId, ShopId};
use duka_ledger::{ReceiptLineRow, ReceiptRow};
use duka_sync::HeldReceipt;
use uuid::Uuid;

/// A shop's sales and refunds, newest first.
pub(super) async fn receipts(
    platform: &Platform,
    company: CompanyId,
    shop: ShopId,
    after: Option<&str>,
) -> Result<Page<SaleView>, ReceiptError> {
    company::shop_exists(platform, company, shop).await?;
    let place = match after {
        None => (i64::MAX, Uuid::max(), i64::MAX),
        Some(text) => read_place(text).ok_or_else(|| NotAPlace(text.to_owned()))?,
    };
    let rows = store::before(&platform.db, company, shop, place, PAGE).await?;
    let place = |row: &ReceiptRow| format!("{}_{}_{}", row.at.micros(), row.device, row.number);
    let Page { rows, next } = page(rows, place, |row| view(&row, Vec::new()));
    Ok(Page { rows: rows.into_iter().collect::<Result<_, _>>()?, next })
}

fn read_place(text: &str) -> Option<store::Place> {
    let mut parts = text.splitn(3, '_');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Of some receipts those that are held of a shop, whichever device wrote them, and what they come to; as many as were asked for at most.
pub async fn held(
    platform: &Platform,
    company: CompanyId,
    shop: Option<ShopId>,
    receipts: &[ReceiptId],
) -> Result<Vec<HeldReceipt>, DbError> {
    let Some(shop) = shop else { return Ok(Vec::new()) };
    let ids: Vec<Uuid> = receipts.iter().map(|receipt| receipt.uuid()).collect();
    let mut rows = store::written(&mut platform.db.snapshot().await?, company, shop, &ids).await?;
    rows.sort_unstable();
    rows.dedup();
    Ok(rows
        .into_iter()
        .take(receipts.len())
        .map(|(receipt, refund, gross)| HeldReceipt { receipt: ReceiptId::from_uuid(receipt), refund, gross })
        .collect())
}

/// One of them with its lines.
pub(super) async fn receipt(platform: &Platform, company: CompanyId, shop: ShopId, receipt: ReceiptId) -> Result<SaleView, ReceiptError> {
    let row = store::receipt(&platform.db, company, shop, receipt).await?.ok_or(ReceiptError::NoReceipt(receipt))?;
    let number = i64::try_from(row.number).unwrap_or(i64::MAX);
    let lines = store::lines(&platform.db, company, shop, row.device, number).await?;
    let lines = lines.into_iter().map(|line| line_view(&line, row.currency)).collect::<Result<_, _>>()?;
    Ok(view(&row, lines)?)
}

fn money(minor: i64, currency: Currency) -> Result<Money, DbError> {
    Money::try_new(minor, currency).map_err(|_| DbError::damaged("amount"))
}

fn view(row: &ReceiptRow, lines: Vec<SaleLineView>) -> Result<SaleView, DbError> {
    Ok(SaleView {
        receipt: row.receipt,
        kind: if row.refund { ReceiptKind::Refund } else { ReceiptKind::Sale },
        number: duka_ledger::shown_number(&row.series, row.number),
        printed: row.printed_series.as_ref().zip(row.printed_number).map(|(series, number)| duka_ledger::shown_number(series, number)),
        register: row.register,
        at: LocalTime { at: row.at, offset_minutes: row.offset_minutes },
        gross: money(row.gross, row.currency)?,
        tax: money(row.tax, row.currency)?,
        lines,
    })
}

fn line_view(line: &ReceiptLineRow, currency: Currency) -> Result<SaleLineView, DbError> {
    Ok(SaleLineView {
        line: line.line,
        product: line.product,
        quantity: Quantity::try_new(line.quantity, line.unit).map_err(|_| DbError::damaged("quantity"))?,
        unit_price: money(line.unit_price, currency)?,
        discount: money(line.discount, currency)?,
        gross: money(line.gross, currency)?,
        rate: line.rate,
    })
}
