//! Tables receipt, receipt_line, shift, account.

use crate::platform::db::{Db, DbError, Insert, Tx};
use duka_core::{
    CompanyId, Currency, LocalTime, OperatorId, ProductId, Quantity, ReceiptId, RegisterId, ShiftId, ShopId, TaxRate, Timestamp,
};
use duka_ledger::{Account, LineRef};
use std::collections::BTreeMap;
use uuid::Uuid;

pub(super) struct ReceiptRow {
    pub(super) receipt: ReceiptId,
    pub(super) shop: ShopId,
    pub(super) refund: bool,
    pub(super) register: RegisterId,
    pub(super) shift: ShiftId,
    pub(super) series: String,
    pub(super) number: u64,
    pub(super) at: LocalTime,
    pub(super) operator: Option<OperatorId>,
    pub(super) currency: Currency,
    pub(super) gross: i64,
    pub(super) tax: i64,
    pub(super) tendered: i64,
}

pub(super) struct LineRow {
    pub(super) shop: ShopId,
    pub(super) receipt: ReceiptId,
    pub(super) line: u32,
    pub(super) product: ProductId,
    pub(super) quantity: Quantity,
    pub(super) unit_price: i64,
    pub(super) discount: i64,
    pub(super) gross: i64,
    pub(super) tax: i64,
    pub(super) rate: TaxRate,
    pub(super) of: Option<LineRef>,
}

pub(super) struct OpenedRow {
    pub(super) register: RegisterId,
    pub(super) opened_at: Timestamp,
    pub(super) float: i64,
}

pub(super) struct ClosedRow {
    pub(super) register: RegisterId,
    pub(super) float: i64,
    pub(super) closed_at: Timestamp,
    pub(super) z_number: u64,
    pub(super) expected_cash: i64,
    pub(super) counted_cash: i64,
}

fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) async fn insert_receipts(tx: &mut Tx, company: CompanyId, rows: &[ReceiptRow]) -> Result<(), DbError> {
    const RECEIPT: Insert = Insert {
        into: "receipt",
        columns: &[
            "company",
            "receipt",
            "shop",
            "refund",
            "register",
            "shift",
            "series",
            "number",
            "at",
            "offset_minutes",
            "operator",
            "currency",
            "gross",
            "tax",
            "tendered",
        ],
        tail: "",
    };
    tx.insert(RECEIPT, rows, |row, values| {
        values
            .bind(company.uuid())
            .bind(row.receipt.uuid())
            .bind(row.shop.uuid())
            .bind(row.refund)
            .bind(row.register.uuid())
            .bind(row.shift.uuid())
            .bind(row.series.clone())
            .bind(stored(row.number))
            .bind(row.at.at.micros())
            .bind(i64::from(row.at.offset_minutes))
            .bind(row.operator.map(OperatorId::uuid))
            .bind(row.currency.code().to_owned())
            .bind(row.gross)
            .bind(row.tax)
            .bind(row.tendered);
    })
    .await
    .map(drop)
}

pub(super) async fn insert_lines(tx: &mut Tx, company: CompanyId, rows: &[LineRow]) -> Result<(), DbError> {
    const LINE: Insert = Insert {
        into: "receipt_line",
        columns: &[
            "company",
            "shop",
            "receipt",
            "line",
            "product",
            "quantity",
            "unit",
            "unit_price",
            "discount",
            "gross",
            "tax",
            "rate",
            "of_receipt",
            "of_line",
        ],
        tail: "",
    };
    tx.insert(LINE, rows, |row, values| {
        values
            .bind(company.uuid())
            .bind(row.shop.uuid())
            .bind(row.receipt.uuid())
            .bind(i64::from(row.line))
            .bind(row.product.uuid())
            .bind(row.quantity.thousandths())
            .bind(row.quantity.unit().name().to_owned())
            .bind(row.unit_price)
            .bind(row.discount)
            .bind(row.gross)
            .bind(row.tax)
            .bind(i64::from(row.rate.ppm()))
            .bind(row.of.map(|of| of.receipt.uuid()))
            .bind(row.of.map(|of| i64::from(of.line)));
    })
    .await
    .map(drop)
}

pub(super) async fn open_shifts(tx: &mut Tx, company: CompanyId, rows: BTreeMap<(ShopId, ShiftId), OpenedRow>) -> Result<(), DbError> {
    const OPENED: Insert = Insert {
        into: "shift",
        columns: &["company", "shop", "shift", "register", "opened_at", "float"],
        tail: "ON CONFLICT (company, shop, shift) DO UPDATE SET opened_at = excluded.opened_at, float = excluded.float",
    };
    let rows: Vec<_> = rows.into_iter().collect();
    tx.insert(OPENED, &rows, |((shop, shift), row), values| {
        values
            .bind(company.uuid())
            .bind(shop.uuid())
            .bind(shift.uuid())
            .bind(row.register.uuid())
            .bind(row.opened_at.micros())
            .bind(row.float);
    })
    .await
    .map(drop)
}

pub(super) async fn close_shifts(tx: &mut Tx, company: CompanyId, rows: BTreeMap<(ShopId, ShiftId), ClosedRow>) -> Result<(), DbError> {
    const CLOSED: Insert = Insert {
        into: "shift",
        columns: &["company", "shop", "shift", "register", "float", "closed_at", "z_number", "expected_cash", "counted_cash"],
        tail: "ON CONFLICT (company, shop, shift) DO UPDATE SET closed_at = excluded.closed_at, z_number = excluded.z_number, \
               expected_cash = excluded.expected_cash, counted_cash = excluded.counted_cash",
    };
    let rows: Vec<_> = rows.into_iter().collect();
    tx.insert(CLOSED, &rows, |((shop, shift), row), values| {
        values
            .bind(company.uuid())
            .bind(shop.uuid())
            .bind(shift.uuid())
            .bind(row.register.uuid())
            .bind(row.float)
            .bind(row.closed_at.micros())
            .bind(stored(row.z_number))
            .bind(row.expected_cash)
            .bind(row.counted_cash);
    })
    .await
    .map(drop)
}

pub(super) async fn add_balances(tx: &mut Tx, company: CompanyId, rows: BTreeMap<(ShopId, Account, Currency), i64>) -> Result<(), DbError> {
    const BALANCE: Insert = Insert {
        into: "account",
        columns: &["company", "shop", "account", "currency", "balance"],
        tail: "ON CONFLICT (company, shop, account, currency) DO UPDATE SET balance = account.balance + excluded.balance",
    };
    let rows: Vec<_> = rows.into_iter().filter(|(_, amount)| *amount != 0).collect();
    tx.insert(BALANCE, &rows, |((shop, account, currency), amount), values| {
        values.bind(company.uuid()).bind(shop.uuid()).bind(account.to_string()).bind(currency.code().to_owned()).bind(*amount);
    })
    .await
    .map(drop)
}

/// Empties the tables of a company, to be made anew from its facts.
pub async fn clear_in_tx(tx: &mut Tx, company: CompanyId) -> Result<(), DbError> {
    for statement in [
        "DELETE FROM receipt WHERE company = $1",
        "DELETE FROM receipt_line WHERE company = $1",
        "DELETE FROM shift WHERE company = $1",
        "DELETE FROM account WHERE company = $1",
    ] {
        tx.query(statement).bind(company.uuid()).execute().await?;
    }
    Ok(())
}

/// A receipt as it is stored.
#[derive(sqlx_macros::FromRow)]
pub(super) struct Receipt {
    pub(super) receipt: Uuid,
    pub(super) refund: bool,
    pub(super) register: Uuid,
    pub(super) shift: Uuid,
    pub(super) series: String,
    pub(super) number: i64,
    pub(super) at: i64,
    pub(super) offset_minutes: i64,
    pub(super) operator: Option<Uuid>,
    pub(super) currency: String,
    pub(super) gross: i64,
    pub(super) tax: i64,
    pub(super) tendered: i64,
}

/// A shop's receipts, newest first, older than a place.
pub(super) async fn receipts_before(
    db: &Db,
    company: CompanyId,
    shop: ShopId,
    at: i64,
    receipt: Uuid,
    limit: i64,
) -> Result<Vec<Receipt>, DbError> {
    db.query(
        "SELECT receipt, refund, register, shift, series, number, at, offset_minutes, operator, currency, gross, tax, tendered FROM receipt \
         WHERE company = $1 AND shop = $2 AND (at, receipt) < ($3, $4) ORDER BY at DESC, receipt DESC LIMIT $5",
    )
    .bind(company.uuid())
    .bind(shop.uuid())
    .bind(at)
    .bind(receipt)
    .bind(limit)
    .fetch_all()
    .await
}

pub(super) async fn receipt(db: &Db, company: CompanyId, shop: ShopId, receipt: ReceiptId) -> Result<Option<Receipt>, DbError> {
    db.query(
        "SELECT receipt, refund, register, shift, series, number, at, offset_minutes, operator, currency, gross, tax, tendered FROM receipt \
         WHERE company = $1 AND shop = $2 AND receipt = $3",
    )
    .bind(company.uuid())
    .bind(shop.uuid())
    .bind(receipt.uuid())
    .fetch_optional()
    .await
}

/// A shop's receipts by id, for its digest.
pub(super) async fn receipts_after(
    tx: &mut Tx,
    company: CompanyId,
    shop: ShopId,
    after: Uuid,
    limit: i64,
) -> Result<Vec<Receipt>, DbError> {
    tx.query(
        "SELECT receipt, refund, register, shift, series, number, at, offset_minutes, operator, currency, gross, tax, tendered FROM receipt \
         WHERE company = $1 AND shop = $2 AND receipt > $3 ORDER BY receipt LIMIT $4",
    )
    .bind(company.uuid())
    .bind(shop.uuid())
    .bind(after)
    .bind(limit)
    .fetch_all()
    .await
}

/// A line as it is stored.
#[derive(sqlx_macros::FromRow)]
pub(super) struct Line {
    pub(super) receipt: Uuid,
    pub(super) line: i64,
    pub(super) product: Uuid,
    pub(super) quantity: i64,
    pub(super) unit: String,
    pub(super) unit_price: i64,
    pub(super) discount: i64,
    pub(super) gross: i64,
    pub(super) tax: i64,
    pub(super) rate: i64,
    pub(super) of_receipt: Option<Uuid>,
    pub(super) of_line: Option<i64>,
}

/// All lines of a receipt; an entry's size bounds them.
pub(super) async fn lines(db: &Db, company: CompanyId, shop: ShopId, receipt: ReceiptId) -> Result<Vec<Line>, DbError> {
    db.query(
        "SELECT receipt, line, product, quantity, unit, unit_price, discount, gross, tax, rate, of_receipt, of_line FROM receipt_line \
         WHERE company = $1 AND shop = $2 AND receipt = $3 ORDER BY line",
    )
    .bind(company.uuid())
    .bind(shop.uuid())
    .bind(receipt.uuid())
    .fetch_all()
    .await
}

/// A shop's lines in order, for its digest.
pub(super) async fn lines_after(
    tx: &mut Tx,
    company: CompanyId,
    shop: ShopId,
    after: (Uuid, i64),
    limit: i64,
) -> Result<Vec<Line>, DbError> {
    tx.query(
        "SELECT receipt, line, product, quantity, unit, unit_price, discount, gross, tax, rate, of_receipt, of_line FROM receipt_line \
         WHERE company = $1 AND shop = $2 AND (receipt, line) > ($3, $4) ORDER BY receipt, line LIMIT $5",
    )
    .bind(company.uuid())
    .bind(shop.uuid())
    .bind(after.0)
    .bind(after.1)
    .bind(limit)
    .fetch_all()
    .await
}

/// A shift as it is stored.
#[derive(sqlx_macros::FromRow)]
pub(super) struct Shift {
    pub(super) shift: Uuid,
    pub(super) register: Uuid,
    pub(super) opened_at: i64,
    pub(super) float: i64,
    pub(super) closed_at: Option<i64>,
    pub(super) z_number: Option<i64>,
    pub(super) expected_cash: Option<i64>,
    pub(super) counted_cash: Option<i64>,
}

/// A shop's shifts by id, for its digest. One whose opening has not arrived does not count yet.
pub(super) async fn shifts_after(tx: &mut Tx, company: CompanyId, shop: ShopId, after: Uuid, limit: i64) -> Result<Vec<Shift>, DbError> {
    tx.query(
        "SELECT shift, register, opened_at, float, closed_at, z_number, expected_cash, counted_cash FROM shift \
         WHERE company = $1 AND shop = $2 AND shift > $3 AND opened_at IS NOT NULL ORDER BY shift LIMIT $4",
    )
    .bind(company.uuid())
    .bind(shop.uuid())
    .bind(after)
    .bind(limit)
    .fetch_all()
    .await
}

/// A shop's balances that are not zero: one per register, rate and few more, so they need no page.
pub(super) async fn balances(tx: &mut Tx, company: CompanyId, shop: ShopId) -> Result<Vec<(String, String, i64)>, DbError> {
    tx.query("SELECT account, currency, balance FROM account WHERE company = $1 AND shop = $2 AND balance <> 0 ORDER BY account, currency")
        .bind(company.uuid())
        .bind(shop.uuid())
        .fetch_all()
        .await
}
