//! What is asked about stock.

use super::{StockError, store};
use crate::{
    company,
    platform::{
        Platform,
        http::{NotAPlace, PAGE, page},
    },
    product,
};
use duka_api::{http::StockView, till::Page};
use duka_core::{CompanyId, ShopId, Unit};
use duka_ledger::StockRow;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A shop's stock: with `find`, of the products found by name, code or barcode; without, of all that has any, by product id. A product that
/// was counted in two units has a row for each.
pub(super) async fn stock(
    platform: &Platform,
    company: CompanyId,
    shop: ShopId,
    find: &str,
    after: Option<&str>,
) -> Result<Page<StockView>, StockError> {
    company::shop_exists(platform, company, shop).await?;
    if !find.is_empty() {
        return found(platform, company, shop, find, after).await;
    }
    let after = match after {
        None => (Uuid::nil(), -1),
        Some(text) => read_place(text).ok_or_else(|| NotAPlace(text.to_owned()))?,
    };
    let mut tx = platform.db.snapshot().await?;
    let rows = store::after(&mut tx, company, shop, after, PAGE).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.product.uuid()).collect();
    let names = product::names_in_tx(&mut tx, company, &ids).await?;
    let view = |row: StockRow| StockView {
        product: row.product,
        name: names.get(&row.product.uuid()).cloned().unwrap_or_default(),
        unit: row.unit,
        stock_thousandths: row.thousandths.to_string(),
    };
    Ok(page(rows, |row| format!("{}_{}", row.product, row.unit.number()), view))
}

fn read_place(text: &str) -> Option<(Uuid, i64)> {
    let (product, unit) = text.split_once('_')?;
    Some((product.parse().ok()?, unit.parse().ok()?))
}

async fn found(
    platform: &Platform,
    company: CompanyId,
    shop: ShopId,
    find: &str,
    after: Option<&str>,
) -> Result<Page<StockView>, StockError> {
    let products = product::find(platform, company, find, after).await?;
    let ids: Vec<Uuid> = products.rows.iter().map(|product| product.product.uuid()).collect();
    let mut tx = platform.db.snapshot().await?;
    let mut stock = BTreeMap::<Uuid, Vec<(Unit, i64)>>::new();
    for (product, unit, thousandths) in store::of(&mut tx, company, shop, &ids).await? {
        if thousandths != 0 {
            stock.entry(product).or_default().push((unit, thousandths));
        }
    }
    let mut rows = Vec::with_capacity(products.rows.len());
    for product in products.rows {
        let held = stock.remove(&product.product.uuid()).unwrap_or_else(|| vec![(product.fields.unit, 0)]);
        rows.extend(held.into_iter().map(|(unit, thousandths)| StockView {
            product: product.product,
            name: product.fields.name.clone(),
            unit,
            stock_thousandths: thousandths.to_string(),
        }));
    }
    Ok(Page { rows, next: products.next })
}
