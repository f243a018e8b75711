//! Table stock.

use crate::platform::db::{DbError, Insert, Tx};
use duka_core::{CompanyId, ProductId, ShopId, Sum};
use uuid::Uuid;

/// Adds to the stock (ADR 10).
pub(super) async fn add(tx: &mut Tx, company: CompanyId, rows: &[((ShopId, ProductId), Sum)]) -> Result<(), DbError> {
    const STOCK: Insert = Insert {
        into: "stock",
        columns: &["company", "shop", "product", "thousandths_high", "thousandths_low"],
        tail: "ON CONFLICT (company, shop, product) DO UPDATE SET \
               thousandths_high = stock.thousandths_high + excluded.thousandths_high \
                   + (stock.thousandths_low + excluded.thousandths_low) / 1000000000000000000, \
               thousandths_low = (stock.thousandths_low + excluded.thousandths_low) % 1000000000000000000",
    };
    tx.insert(STOCK, rows, |((shop, product), moved), values| {
        let (high, low) = moved.parts();
        values.bind(company.uuid()).bind(shop.uuid()).bind(product.uuid()).bind(high).bind(low);
    })
    .await
    .map(drop)
}

/// Empties the table of a company, to be made anew from its facts.
pub async fn clear_in_tx(tx: &mut Tx, company: CompanyId) -> Result<(), DbError> {
    tx.query("DELETE FROM stock WHERE company = $1").bind(company.uuid()).execute().await.map(drop)
}

/// A product's stock as it is stored.
#[derive(sqlx::FromRow)]
pub(super) struct Stock {
    pub(super) product: Uuid,
    thousandths_high: i64,
    thousandths_low: i64,
}

impl Stock {
    pub(super) fn thousandths(&self) -> Result<Sum, DbError> {
        Sum::from_parts(self.thousandths_high, self.thousandths_low).ok_or_else(|| DbError::damaged("stock"))
    }
}

/// A shop's stock that is not zero, by product.
pub(super) async fn after(tx: &mut Tx, company: CompanyId, shop: ShopId, after: Uuid, limit: i64) -> Result<Vec<Stock>, DbError> {
    tx.query(
        "SELECT product, thousandths_high, thousandths_low FROM stock WHERE company = $1 AND shop = $2 AND product > $3 \
         AND (thousandths_high <> 0 OR thousandths_low <> 0) ORDER BY product LIMIT $4",
    )
    .bind(company.uuid())
    .bind(shop.uuid())
    .bind(after)
    .bind(limit)
    .fetch_all()
    .await
}

/// A shop's stock of some products.
pub(super) async fn of(tx: &mut Tx, company: CompanyId, shop: ShopId, products: &[Uuid]) -> Result<Vec<Stock>, DbError> {
    let fixed = [company.uuid(), shop.uuid()];
    tx.fetch_in(
        "SELECT product, thousandths_high, thousandths_low FROM stock WHERE company = $1 AND shop = $2 AND product IN",
        &fixed,
        products,
    )
    .await
}
