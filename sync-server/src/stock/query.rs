//! What is asked about stock.

use super::{StockError, store};
use crate::{
    company,
    platform::db::{DbError, Tx},
    product,
    state::AppState,
};
use duka_api::{http::StockView, till::Page};
use duka_core::{CompanyId, ProductId, Quantity, ShopId, Sum, Unit};
use duka_ledger::table::{Digest, StockRow};
use std::collections::HashMap;
use uuid::Uuid;

const PAGE: i64 = 50;
const DIGEST_PAGE: i64 = 5_000;

/// Of a shop's stock; rows at zero count as absent.
pub async fn digest_in_tx(tx: &mut Tx, company: CompanyId, shop: ShopId) -> Result<Digest, DbError> {
    let (mut digest, mut after) = (Digest::default(), Uuid::nil());
    loop {
        let rows = store::after(tx, company, shop, after, DIGEST_PAGE).await?;
        let Some(last) = rows.last() else { return Ok(digest) };
        after = last.product;
        for row in rows {
            let thousandths = i64::try_from(row.thousandths()?.value()).unwrap_or(i64::MAX);
            digest.add(&StockRow { product: ProductId::from_uuid(row.product), thousandths });
        }
    }
}

/// A shop's stock: with `find`, of the products found by name, code or barcode; without, of all that has any, by product id.
pub(super) async fn stock(
    state: &AppState,
    company: CompanyId,
    shop: ShopId,
    find: &str,
    after: Option<&str>,
) -> Result<Page<StockView>, StockError> {
    company::shop_exists(state, company, shop).await?;
    if !find.is_empty() {
        return found(state, company, shop, find, after).await;
    }
    let after = match after {
        None => Uuid::nil(),
        Some(text) => text.parse().map_err(|_| product::ProductError::Page(text.to_owned()))?,
    };
    let mut tx = state.db.snapshot().await?;
    let rows = store::after(&mut tx, company, shop, after, PAGE).await?;
    let full = i64::try_from(rows.len()).is_ok_and(|count| count >= PAGE);
    let next = rows.last().filter(|_| full).map(|row| row.product.to_string());
    let ids: Vec<Uuid> = rows.iter().map(|row| row.product).collect();
    let names = product::names_in_tx(&mut tx, company, &ids).await?;
    let view = |row: store::Stock| {
        let known = names.get(&row.product);
        let (name, unit) = known.map_or((String::new(), Unit::Each), |(name, unit)| (name.clone(), *unit));
        Ok(StockView { product: ProductId::from_uuid(row.product), name, stock: quantity(row.thousandths()?, unit) })
    };
    Ok(Page { rows: rows.into_iter().map(view).collect::<Result<_, DbError>>()?, next })
}

async fn found(state: &AppState, company: CompanyId, shop: ShopId, find: &str, after: Option<&str>) -> Result<Page<StockView>, StockError> {
    let products = product::find(state, company, find, after).await?;
    let ids: Vec<Uuid> = products.rows.iter().map(|product| product.product.uuid()).collect();
    let mut tx = state.db.snapshot().await?;
    let mut stock = HashMap::new();
    for row in store::of(&mut tx, company, shop, &ids).await? {
        stock.insert(row.product, row.thousandths()?);
    }
    let view = |product: duka_api::http::CatalogueProduct| {
        let thousandths = stock.get(&product.product.uuid()).copied().unwrap_or_default();
        StockView { product: product.product, name: product.fields.name, stock: quantity(thousandths, product.fields.unit) }
    };
    Ok(Page { rows: products.rows.into_iter().map(view).collect(), next: products.next })
}

/// A sum of many moves may pass what one quantity can hold; it is shown as the most.
fn quantity(thousandths: Sum, unit: Unit) -> Quantity {
    let most = i128::from(Quantity::MAX_THOUSANDTHS);
    let shown = i64::try_from(thousandths.value().clamp(-most, most)).unwrap_or_default();
    Quantity::try_new(shown, unit).unwrap_or(Quantity::ONE)
}
