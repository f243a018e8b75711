//! What is asked about receipts.

use super::{
    ReceiptError,
    digest::{quantity, small},
    store,
};
use crate::{company, platform::db::DbError, state::AppState};
use duka_api::{
    http::{SaleLineView, SaleView},
    till::{Page, ReceiptKind},
};
use duka_core::{CompanyId, Currency, LocalTime, Money, ProductId, ReceiptId, RegisterId, ShopId, TaxRate, Timestamp};
use uuid::Uuid;

const PAGE: i64 = 50;

/// A shop's sales and refunds, newest first.
pub(super) async fn receipts(
    state: &AppState,
    company: CompanyId,
    shop: ShopId,
    after: Option<&str>,
) -> Result<Page<SaleView>, ReceiptError> {
    company::shop_exists(state, company, shop).await?;
    let (at, receipt) = match after {
        None => (i64::MAX, Uuid::max()),
        Some(text) => read_place(text).ok_or_else(|| ReceiptError::Page(text.to_owned()))?,
    };
    let rows = store::receipts_before(&state.db, company, shop, at, receipt, PAGE).await?;
    let full = i64::try_from(rows.len()).is_ok_and(|count| count >= PAGE);
    let next = rows.last().filter(|_| full).map(|row| format!("{}_{}", row.at, row.receipt));
    Ok(Page { rows: rows.iter().map(|row| view(row, Vec::new())).collect::<Result<_, _>>()?, next })
}

fn read_place(text: &str) -> Option<(i64, Uuid)> {
    let (at, receipt) = text.split_once('_')?;
    Some((at.parse().ok()?, receipt.parse().ok()?))
}

/// One of them with its lines.
pub(super) async fn receipt(state: &AppState, company: CompanyId, shop: ShopId, receipt: ReceiptId) -> Result<SaleView, ReceiptError> {
    let row = store::receipt(&state.db, company, shop, receipt).await?.ok_or(ReceiptError::NoReceipt(receipt))?;
    let currency = currency(&row.currency)?;
    let lines = store::lines(&state.db, company, shop, receipt).await?;
    let lines = lines.into_iter().map(|line| line_view(&line, currency)).collect::<Result<_, _>>()?;
    Ok(view(&row, lines)?)
}

fn currency(code: &str) -> Result<Currency, DbError> {
    Currency::try_new(code).map_err(|_| DbError::damaged("currency"))
}

fn money(minor: i64, currency: Currency) -> Result<Money, DbError> {
    Money::try_new(minor, currency).map_err(|_| DbError::damaged("amount"))
}

fn view(row: &store::Receipt, lines: Vec<SaleLineView>) -> Result<SaleView, DbError> {
    let currency = currency(&row.currency)?;
    Ok(SaleView {
        receipt: ReceiptId::from_uuid(row.receipt),
        kind: if row.refund { ReceiptKind::Refund } else { ReceiptKind::Sale },
        number: format!("{}-{:06}", row.series, row.number),
        register: RegisterId::from_uuid(row.register),
        at: LocalTime { at: Timestamp::from_micros(row.at), offset_minutes: i16::try_from(row.offset_minutes).unwrap_or(0) },
        gross: money(row.gross, currency)?,
        tax: money(row.tax, currency)?,
        lines,
    })
}

fn line_view(line: &store::Line, currency: Currency) -> Result<SaleLineView, DbError> {
    Ok(SaleLineView {
        line: small(line.line),
        product: ProductId::from_uuid(line.product),
        quantity: quantity(line.quantity, &line.unit)?,
        unit_price: money(line.unit_price, currency)?,
        discount: money(line.discount, currency)?,
        gross: money(line.gross, currency)?,
        rate: TaxRate::try_from_ppm(small(line.rate)).map_err(|_| DbError::damaged("tax rate"))?,
    })
}
