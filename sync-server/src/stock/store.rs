//! What is read of table stock.

use crate::platform::{
    db::{DbError, Tx},
    table::{read, select},
};
use duka_core::{CompanyId, ShopId, Unit};
use duka_ledger::StockRow;
use uuid::Uuid;

/// A shop's stock that is not zero, by product and unit.
pub(super) async fn after(tx: &mut Tx, company: CompanyId, shop: ShopId, after: (Uuid, i64), limit: i64) -> Result<Vec<StockRow>, DbError> {
    let sql = select::<StockRow>()
        + " WHERE company = $1 AND shop = $2 AND (product, unit) > ($3, $4) AND thousandths <> 0 ORDER BY product, unit LIMIT $5";
    read(tx.query_made(sql).bind(company.uuid()).bind(shop.uuid()).bind(after.0).bind(after.1).bind(limit)).await
}

/// A shop's stock of some products.
pub(super) async fn of(tx: &mut Tx, company: CompanyId, shop: ShopId, products: &[Uuid]) -> Result<Vec<(Uuid, Unit, i64)>, DbError> {
    let rows: Vec<(Uuid, i64, i64)> = tx
        .fetch_in(
            "SELECT product, unit, thousandths FROM stock WHERE company = $1 AND shop = $2 AND product IN",
            &[company.uuid(), shop.uuid()],
            products,
        )
        .await?;
    let unit = |number: i64| u8::try_from(number).ok().and_then(Unit::from_number).ok_or_else(|| DbError::damaged("unit"));
    rows.into_iter().map(|(product, number, thousandths)| Ok((product, unit(number)?, thousandths))).collect()
}
