//! Table stock.

use crate::platform::db::{DbError, Insert, Tx};
use duka_core::{CompanyId, ProductId, ShopId};
use uuid::Uuid;

pub(super) async fn add(tx: &mut Tx, company: CompanyId, rows: &[((ShopId, ProductId), i64)]) -> Result<(), DbError> {
    const STOCK: Insert = Insert {
        into: "stock",
        columns: &["company", "shop", "product", "thousandths"],
        tail: "ON CONFLICT (company, shop, product) DO UPDATE SET thousandths = stock.thousandths + excluded.thousandths",
    };
    tx.insert(STOCK, rows, |((shop, product), thousandths), values| {
        values.bind(company.uuid()).bind(shop.uuid()).bind(product.uuid()).bind(*thousandths);
    })
    .await
    .map(drop)
}

/// Empties the table of a company, to be made anew from its facts.
pub async fn clear_in_tx(tx: &mut Tx, company: CompanyId) -> Result<(), DbError> {
    tx.query("DELETE FROM stock WHERE company = $1").bind(company.uuid()).execute().await.map(drop)
}

/// A shop's stock that is not zero, by product.
pub(super) async fn after(tx: &mut Tx, company: CompanyId, shop: ShopId, after: Uuid, limit: i64) -> Result<Vec<(Uuid, i64)>, DbError> {
    tx.query(
        "SELECT product, thousandths FROM stock WHERE company = $1 AND shop = $2 AND product > $3 AND thousandths <> 0 \
         ORDER BY product LIMIT $4",
    )
    .bind(company.uuid())
    .bind(shop.uuid())
    .bind(after)
    .bind(limit)
    .fetch_all()
    .await
}

/// A shop's stock of some products.
pub(super) async fn of(tx: &mut Tx, company: CompanyId, shop: ShopId, products: &[Uuid]) -> Result<Vec<(Uuid, i64)>, DbError> {
    let fixed = [company.uuid(), shop.uuid()];
    tx.fetch_in("SELECT product, thousandths FROM stock WHERE company = $1 AND shop = $2 AND product IN", &fixed, products).await
}
