//! Tables product, product_barcode, product_document.

use super::CatalogueError;
use crate::platform::db::{Db, DbError, Insert, Tx};
use duka_core::{Barcode, CompanyId, Currency, Money, ProductId, TaxRate, Unit};
use duka_records::{Document, Product};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A product to save: its document, and the product in it once its first change has arrived.
pub(super) struct Saved {
    pub(super) product: ProductId,
    pub(super) document: Document,
    pub(super) fields: Option<Product>,
    /// Whether it was there before.
    pub(super) known: bool,
}

/// A product as it is stored, without its barcodes.
#[derive(Clone, sqlx_macros::FromRow)]
pub(super) struct ProductRow {
    pub(super) product: Uuid,
    pub(super) name: String,
    pub(super) sort_name: String,
    pub(super) code: String,
    pub(super) price: i64,
    pub(super) currency: String,
    pub(super) rate: i64,
    pub(super) unit: String,
    pub(super) active: bool,
}

impl ProductRow {
    pub(super) fn fields(self, barcodes: BTreeSet<Barcode>) -> Result<Product, DbError> {
        let damaged = || DbError::Other(sqlx::Error::Decode("a stored product is damaged".into()));
        let currency = Currency::try_new(&self.currency).map_err(|_| damaged())?;
        Ok(Product {
            name: self.name,
            code: self.code,
            price: Money::try_new(self.price, currency).map_err(|_| damaged())?,
            rate: u32::try_from(self.rate).ok().and_then(|ppm| TaxRate::try_from_ppm(ppm).ok()).ok_or_else(damaged)?,
            unit: Unit::parse(&self.unit).ok_or_else(damaged)?,
            active: self.active,
            barcodes,
        })
    }
}

/// What products are ordered and found by: the same on both engines.
pub(super) fn sort_name(name: &str) -> String {
    name.to_lowercase()
}

/// Saves products with their documents and barcodes.
pub(super) async fn save(tx: &mut Tx, company: CompanyId, rows: &[Saved]) -> Result<(), DbError> {
    const DOCUMENT: Insert = Insert {
        into: "product_document",
        columns: &["company", "product", "document"],
        tail: "ON CONFLICT (company, product) DO UPDATE SET document = excluded.document",
    };
    const PRODUCT: Insert = Insert {
        into: "product",
        columns: &["company", "product", "name", "sort_name", "code", "price", "currency", "rate", "unit", "active"],
        tail: "ON CONFLICT (company, product) DO UPDATE SET name = excluded.name, sort_name = excluded.sort_name, code = excluded.code, \
               price = excluded.price, currency = excluded.currency, rate = excluded.rate, unit = excluded.unit, active = excluded.active",
    };
    const BARCODE: Insert = Insert { into: "product_barcode", columns: &["company", "product", "barcode"], tail: "" };

    tx.insert(DOCUMENT, rows, |row, values| {
        values.bind(company.uuid()).bind(row.product.uuid()).bind(row.document.clone());
    })
    .await?;
    let products: Vec<(ProductId, &Product)> =
        rows.iter().filter_map(|row| row.fields.as_ref().map(|fields| (row.product, fields))).collect();
    tx.insert(PRODUCT, &products, |(product, fields), values| {
        values
            .bind(company.uuid())
            .bind(product.uuid())
            .bind(fields.name.clone())
            .bind(sort_name(&fields.name))
            .bind(fields.code.clone())
            .bind(fields.price.minor())
            .bind(fields.price.currency().code().to_owned())
            .bind(i64::from(fields.rate.ppm()))
            .bind(fields.unit.name().to_owned())
            .bind(fields.active);
    })
    .await?;
    let known: Vec<Uuid> = rows.iter().filter(|row| row.known).map(|row| row.product.uuid()).collect();
    tx.execute_in("DELETE FROM product_barcode WHERE company = $1 AND product IN", &[company.uuid()], &known).await?;
    let barcodes: Vec<(ProductId, &Barcode)> =
        products.iter().flat_map(|(product, fields)| fields.barcodes.iter().map(|code| (*product, code))).collect();
    tx.insert(BARCODE, &barcodes, |(product, code), values| {
        values.bind(company.uuid()).bind(product.uuid()).bind(code.as_str().to_owned());
    })
    .await
    .map(drop)
}

/// Empties the tables of a company, to be made anew from its facts.
pub async fn clear_in_tx(tx: &mut Tx, company: CompanyId) -> Result<(), DbError> {
    for statement in [
        "DELETE FROM product WHERE company = $1",
        "DELETE FROM product_barcode WHERE company = $1",
        "DELETE FROM product_document WHERE company = $1",
    ] {
        tx.query(statement).bind(company.uuid()).execute().await?;
    }
    Ok(())
}

/// Documents of some products.
pub(super) async fn documents(tx: &mut Tx, company: CompanyId, products: &[Uuid]) -> Result<HashMap<Uuid, Vec<u8>>, DbError> {
    let rows: Vec<(Uuid, Vec<u8>)> = tx
        .fetch_in("SELECT product, document FROM product_document WHERE company = $1 AND product IN", &[company.uuid()], products)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Which products have these codes.
pub(super) async fn by_codes(tx: &mut Tx, company: CompanyId, codes: &[String]) -> Result<Vec<(Uuid, String)>, DbError> {
    tx.fetch_in("SELECT product, code FROM product WHERE company = $1 AND code IN", &[company.uuid()], codes).await
}

/// Which products have these barcodes.
pub(super) async fn by_barcodes(tx: &mut Tx, company: CompanyId, barcodes: &[String]) -> Result<Vec<(Uuid, String)>, DbError> {
    tx.fetch_in("SELECT product, barcode FROM product_barcode WHERE company = $1 AND barcode IN", &[company.uuid()], barcodes).await
}

/// Names and units of some products.
pub(super) async fn names(tx: &mut Tx, company: CompanyId, products: &[Uuid]) -> Result<Vec<(Uuid, String, String)>, DbError> {
    tx.fetch_in("SELECT product, name, unit FROM product WHERE company = $1 AND product IN", &[company.uuid()], products).await
}

/// Barcodes of some products.
pub(super) async fn barcodes(
    tx: &mut Tx,
    company: CompanyId,
    products: &[Uuid],
) -> Result<HashMap<Uuid, BTreeSet<Barcode>>, CatalogueError> {
    let rows: Vec<(Uuid, String)> =
        tx.fetch_in("SELECT product, barcode FROM product_barcode WHERE company = $1 AND product IN", &[company.uuid()], products).await?;
    let mut all = HashMap::<Uuid, BTreeSet<Barcode>>::new();
    for (product, code) in rows {
        all.entry(product).or_default().insert(Barcode::parse(&code)?);
    }
    Ok(all)
}

/// A company's products by id, for their digest.
pub(super) async fn after(tx: &mut Tx, company: CompanyId, after: Uuid, limit: i64) -> Result<Vec<ProductRow>, DbError> {
    tx.query(
        "SELECT product, name, sort_name, code, price, currency, rate, unit, active FROM product \
         WHERE company = $1 AND product > $2 ORDER BY product LIMIT $3",
    )
    .bind(company.uuid())
    .bind(after)
    .bind(limit)
    .fetch_all()
    .await
}

/// One product.
pub(super) async fn product(db: &Db, company: CompanyId, product: ProductId) -> Result<Option<ProductRow>, DbError> {
    db.query("SELECT product, name, sort_name, code, price, currency, rate, unit, active FROM product WHERE company = $1 AND product = $2")
        .bind(company.uuid())
        .bind(product.uuid())
        .fetch_optional()
        .await
}

/// What is looked for, and where the page begins.
pub(super) struct Search<'s> {
    pub(super) find: &'s str,
    pub(super) barcode: String,
    pub(super) after: (String, Uuid),
    pub(super) limit: i64,
}

/// Products by name whose name holds a text, or whose code or barcode it is.
pub(super) async fn search(tx: &mut Tx, company: CompanyId, search: &Search<'_>) -> Result<Vec<ProductRow>, DbError> {
    let escaped = sort_name(search.find).replace('!', "!!").replace('%', "!%").replace('_', "!_");
    let pattern = format!("%{escaped}%");
    tx.query(
        "SELECT product, name, sort_name, code, price, currency, rate, unit, active FROM product \
         WHERE company = $1 AND (sort_name, product) > ($2, $3) AND (sort_name LIKE $4 ESCAPE '!' OR code = $5 OR EXISTS ( \
             SELECT 1 FROM product_barcode AS known WHERE known.company = $1 AND known.product = product.product AND known.barcode = $6)) \
         ORDER BY sort_name, product LIMIT $7",
    )
    .bind(company.uuid())
    .bind(search.after.0.clone())
    .bind(search.after.1)
    .bind(pattern)
    .bind(search.find.to_owned())
    .bind(search.barcode.clone())
    .bind(search.limit)
    .fetch_all()
    .await
}
