//! What is asked about stock.

use super::{InventoryError, store};
use crate::{
    catalogue, company,
    platform::db::{DbError, Tx},
    state::AppState,
};
use duka_api::{http::StockView, till::Page};
use duka_core::{CompanyId, ProductId, Quantity, ShopId, Unit};
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
        let Some((last, _)) = rows.last() else { return Ok(digest) };
        after = *last;
        for (product, thousandths) in rows {
            digest.add(&StockRow { product: ProductId::from_uuid(product), thousandths });
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
) -> Result<Page<StockView>, InventoryError> {
    company::shop_exists(state, company, shop).await?;
    if !find.is_empty() {
        return found(state, company, shop, find, after).await;
    }
    let after = match after {
        None => Uuid::nil(),
        Some(text) => text.parse().map_err(|_| catalogue::CatalogueError::Page(text.to_owned()))?,
    };
    let mut tx = state.db.snapshot().await?;
    let rows = store::after(&mut tx, company, shop, after, PAGE).await?;
    let full = i64::try_from(rows.len()).is_ok_and(|count| count >= PAGE);
    let next = rows.last().filter(|_| full).map(|(product, _)| product.to_string());
    let ids: Vec<Uuid> = rows.iter().map(|(product, _)| *product).collect();
    let names = catalogue::names_in_tx(&mut tx, company, &ids).await?;
    let view = |(product, thousandths): (Uuid, i64)| {
        let known = names.get(&product);
        let (name, unit) = known.map_or((String::new(), Unit::Each), |(name, unit)| (name.clone(), *unit));
        StockView { product: ProductId::from_uuid(product), name, stock: quantity(thousandths, unit) }
    };
    Ok(Page { rows: rows.into_iter().map(view).collect(), next })
}

async fn found(
    state: &AppState,
    company: CompanyId,
    shop: ShopId,
    find: &str,
    after: Option<&str>,
) -> Result<Page<StockView>, InventoryError> {
    let products = catalogue::find(state, company, find, after).await?;
    let ids: Vec<Uuid> = products.rows.iter().map(|product| product.product.uuid()).collect();
    let mut tx = state.db.snapshot().await?;
    let stock: HashMap<Uuid, i64> = store::of(&mut tx, company, shop, &ids).await?.into_iter().collect();
    let view = |product: duka_api::http::CatalogueProduct| {
        let thousandths = stock.get(&product.product.uuid()).copied().unwrap_or(0);
        StockView { product: product.product, name: product.fields.name, stock: quantity(thousandths, product.fields.unit) }
    };
    Ok(Page { rows: products.rows.into_iter().map(view).collect(), next: products.next })
}

/// A sum of many moves may pass what one quantity can hold; it is shown as the most.
fn quantity(thousandths: i64, unit: Unit) -> Quantity {
    let most = Quantity::MAX_THOUSANDTHS;
    Quantity::try_new(thousandths.clamp(-most, most), unit).unwrap_or(Quantity::ONE)
}
