//! What is asked about products.

use super::{ProductError, command::view, store};
use crate::{
    company,
    platform::{
        Platform,
        db::Tx,
        http::{NotAPlace, PAGE, page},
    },
};
use duka_api::{http::CatalogueProduct, till::Page};
use duka_core::{Barcode, CompanyId, ProductId, limit};
use duka_records::Product;
use std::collections::HashMap;
use uuid::Uuid;

/// A page of products by name: all, or those found by part of a name, or by a whole code or barcode.
pub async fn find(
    platform: &Platform,
    company: CompanyId,
    find: &str,
    after: Option<&str>,
) -> Result<Page<CatalogueProduct>, ProductError> {
    company::exists(platform, company).await?;
    let after = match after {
        None => (String::new(), Uuid::nil()),
        Some(text) => read_place(text).ok_or_else(|| NotAPlace(text.to_owned()))?,
    };
    let find = find.trim().replace('\0', "");
    // Longer than any name is: SQLite would not even look.
    if !limit::fits(&find, limit::NAME) {
        return Ok(Page { rows: Vec::new(), next: None });
    }
    let barcodes = Barcode::readings_of(&find);
    let rows = store::search(&platform.db, company, store::Search { find: &find, barcodes, after, limit: PAGE }).await?;
    let place = |(product, fields): &(ProductId, Product)| format!("{product}_{}", store::sort_name(&fields.name));
    Ok(page(rows, place, |(product, fields)| view(product, fields)))
}

fn read_place(text: &str) -> Option<(String, Uuid)> {
    let (product, name) = text.split_once('_')?;
    (!name.contains('\0')).then_some(())?;
    Some((name.to_owned(), product.parse().ok()?))
}

/// One product.
pub(super) async fn get(platform: &Platform, company: CompanyId, product: ProductId) -> Result<CatalogueProduct, ProductError> {
    let fields = store::product(&platform.db, company, product).await?.ok_or(ProductError::NoProduct(product))?;
    Ok(view(product, fields))
}

/// Names of some products.
pub async fn names_in_tx(tx: &mut Tx, company: CompanyId, products: &[Uuid]) -> Result<HashMap<Uuid, String>, ProductError> {
    Ok(store::names(tx, company, products).await?.into_iter().collect())
}
