//! What is asked about products.

use super::{
    ProductError,
    command::view,
    store::{self, ProductRow},
};
use crate::{company, platform::db::Tx, state::AppState};
use duka_api::{http::CatalogueProduct, till::Page};
use duka_core::{Barcode, CompanyId, ProductId, Unit};
use duka_ledger::table::{Digest, ProductRow as DigestRow};
use std::collections::HashMap;
use uuid::Uuid;

const PAGE: i64 = 50;
const DIGEST_PAGE: i64 = 2_000;

/// A page of products by name: all, or those found by part of a name, or by a whole code or barcode.
pub async fn find(state: &AppState, company: CompanyId, find: &str, after: Option<&str>) -> Result<Page<CatalogueProduct>, ProductError> {
    company::exists(state, company).await?;
    let after = match after {
        None => (String::new(), Uuid::nil()),
        Some(text) => read_place(text).ok_or_else(|| ProductError::Page(text.to_owned()))?,
    };
    let find = find.trim().replace('\0', "");
    let barcode = Barcode::parse(&find).map_or_else(|_| find.clone(), String::from);
    let mut tx = state.db.snapshot().await?;
    let rows = store::search(&mut tx, company, &store::Search { find: &find, barcode, after, limit: PAGE }).await?;
    let full = i64::try_from(rows.len()).is_ok_and(|count| count >= PAGE);
    let next = rows.last().filter(|_| full).map(|row| format!("{}_{}", row.product, row.sort_name));
    Ok(Page { rows: with_barcodes(&mut tx, company, rows).await?, next })
}

fn read_place(text: &str) -> Option<(String, Uuid)> {
    let (product, name) = text.split_once('_')?;
    (!name.contains('\0')).then_some(())?;
    Some((name.to_owned(), product.parse().ok()?))
}

async fn with_barcodes(tx: &mut Tx, company: CompanyId, rows: Vec<ProductRow>) -> Result<Vec<CatalogueProduct>, ProductError> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.product).collect();
    let mut barcodes = store::barcodes(tx, company, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let product = row.product;
            Ok(view(ProductId::from_uuid(product), row.fields(barcodes.remove(&product).unwrap_or_default())?))
        })
        .collect()
}

/// One product.
pub(super) async fn get(state: &AppState, company: CompanyId, product: ProductId) -> Result<CatalogueProduct, ProductError> {
    let row = store::product(&state.db, company, product).await?.ok_or(ProductError::NoProduct(product))?;
    let mut tx = state.db.snapshot().await?;
    with_barcodes(&mut tx, company, vec![row]).await?.pop().ok_or(ProductError::NoProduct(product))
}

/// Names and units of some products.
pub async fn names_in_tx(tx: &mut Tx, company: CompanyId, products: &[Uuid]) -> Result<HashMap<Uuid, (String, Unit)>, ProductError> {
    let rows = store::names(tx, company, products).await?;
    Ok(rows.into_iter().map(|(product, name, unit)| (product, (name, Unit::parse(&unit).unwrap_or_default()))).collect())
}

/// Of a company's products.
pub async fn digest_in_tx(tx: &mut Tx, company: CompanyId) -> Result<Digest, crate::journal::JournalError> {
    let damaged = |fault: ProductError| crate::journal::JournalError::Damaged(fault.to_string());
    let (mut digest, mut after) = (Digest::default(), Uuid::nil());
    loop {
        let rows = store::after(tx, company, after, DIGEST_PAGE).await?;
        let Some(last) = rows.last() else { return Ok(digest) };
        after = last.product;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.product).collect();
        let mut barcodes = store::barcodes(tx, company, &ids).await.map_err(damaged)?;
        for row in rows {
            let product = row.product;
            let fields = row.fields(barcodes.remove(&product).unwrap_or_default())?;
            digest.add(&DigestRow { product: ProductId::from_uuid(product), fields: fields.canonical().into() });
        }
    }
}
