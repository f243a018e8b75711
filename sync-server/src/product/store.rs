//! Tables product_barcode, product_document; and product, which a record's document shows.

use crate::platform::{
    db::{Db, DbError, Insert, Tx},
    table::{self, Place, read, select},
};
use duka_core::{Barcode, CompanyId, Money, ProductId, RecordId};
use duka_ledger::{ProductRow, table::Tabled};
use duka_records::{Document, Product};
use std::collections::HashMap;
use uuid::Uuid;

/// A product to save: its document, and the product in it if it shows one.
pub(super) struct Saved {
    pub(super) product: ProductId,
    pub(super) document: Document,
    pub(super) fields: Option<Product>,
    /// Whether it was there before.
    pub(super) known: bool,
}

/// What products are ordered and found by: the same on both engines.
pub(super) fn sort_name(name: &str) -> String {
    name.to_lowercase()
}

fn row_of(product: ProductId, fields: &Product) -> ProductRow {
    ProductRow {
        product,
        name: fields.name.clone(),
        code: fields.code.clone(),
        price: fields.price.minor(),
        currency: fields.price.currency(),
        rate: fields.rate,
        unit: fields.unit,
        active: fields.active,
        barcodes: fields.barcodes.iter().map(Barcode::as_str).collect::<Vec<_>>().join(" "),
    }
}

fn fields_of(row: ProductRow) -> Result<(ProductId, Product), DbError> {
    let ProductRow { product, name, code, price, currency, rate, unit, active, barcodes } = row;
    let price = Money::try_new(price, currency).map_err(|_| DbError::damaged("price"))?;
    let barcodes = barcodes.split_whitespace().map(Barcode::parse).collect::<Result<_, _>>().map_err(|_| DbError::damaged("barcode"))?;
    Ok((product, Product { name, code, price, rate, unit, active, barcodes }))
}

/// Saves products with their documents and barcodes.
pub(super) async fn save(tx: &mut Tx, company: CompanyId, rows: &[Saved]) -> Result<(), DbError> {
    const DOCUMENT: Insert<'_> = Insert {
        into: "product_document",
        columns: &["company", "product", "document"],
        tail: "ON CONFLICT (company, product) DO UPDATE SET document = excluded.document",
    };
    const BARCODE: Insert<'_> = Insert { into: "product_barcode", columns: &["company", "product", "barcode"], tail: "" };

    tx.insert(DOCUMENT, rows, |row, values| {
        values.bind(company.uuid()).bind(row.product.uuid()).bind(row.document.clone());
    })
    .await?;
    let known: Vec<Uuid> = rows.iter().filter(|row| row.known).map(|row| row.product.uuid()).collect();
    tx.execute_in("DELETE FROM product_barcode WHERE company = $1 AND product IN", &[company.uuid()], &known).await?;
    let gone: Vec<Uuid> = rows.iter().filter(|row| row.known && row.fields.is_none()).map(|row| row.product.uuid()).collect();
    tx.execute_in("DELETE FROM product WHERE company = $1 AND product IN", &[company.uuid()], &gone).await?;

    let shown = || rows.iter().filter_map(|row| row.fields.as_ref().map(|fields| (row.product, fields)));
    let products: Vec<_> = shown().map(|(product, fields)| (row_of(product, fields).into_values(), sort_name(&fields.name))).collect();
    table::put(tx, Place { company, shop: None }, ProductRow::TABLE, "sort_name", &products).await?;
    let barcodes: Vec<(ProductId, &Barcode)> =
        shown().flat_map(|(product, fields)| fields.barcodes.iter().map(move |code| (product, code))).collect();
    tx.insert(BARCODE, &barcodes, |(product, code), values| {
        values.bind(company.uuid()).bind(product.uuid()).bind(code.as_str().to_owned());
    })
    .await
    .map(drop)
}

/// Forgets products; their edits stay in the journal.
pub(super) async fn delete(tx: &mut Tx, company: CompanyId, products: &[Uuid]) -> Result<(), DbError> {
    for statement in [
        "DELETE FROM product WHERE company = $1 AND product IN",
        "DELETE FROM product_barcode WHERE company = $1 AND product IN",
        "DELETE FROM product_document WHERE company = $1 AND product IN",
    ] {
        tx.execute_in(statement, &[company.uuid()], products).await?;
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

/// Which products have these barcodes, read so.
pub(super) async fn by_barcodes(tx: &mut Tx, company: CompanyId, barcodes: &[Barcode]) -> Result<Vec<(Uuid, String)>, DbError> {
    let barcodes: Vec<String> = barcodes.iter().map(Barcode::to_string).collect();
    tx.fetch_in("SELECT product, barcode FROM product_barcode WHERE company = $1 AND barcode IN", &[company.uuid()], &barcodes).await
}

/// Names of some products.
pub(super) async fn names(tx: &mut Tx, company: CompanyId, products: &[Uuid]) -> Result<Vec<(Uuid, String)>, DbError> {
    tx.fetch_in("SELECT product, name FROM product WHERE company = $1 AND product IN", &[company.uuid()], products).await
}

/// A page of the products that are shown or have a document.
pub(super) async fn products_after(tx: &mut Tx, company: CompanyId, after: RecordId, limit: i64) -> Result<Vec<ProductId>, DbError> {
    let rows: Vec<(Uuid,)> = tx
        .query(
            "SELECT product FROM product WHERE company = $1 AND product > $2 \
             UNION SELECT product FROM product_document WHERE company = $1 AND product > $2 ORDER BY product LIMIT $3",
        )
        .bind(company.uuid())
        .bind(after.uuid())
        .bind(limit)
        .fetch_all()
        .await?;
    Ok(rows.into_iter().map(|(product,)| ProductId::from_uuid(product)).collect())
}

/// Some products, as they are shown and as they are found by their barcodes: one whose two do not agree is not given.
pub(super) async fn products(tx: &mut Tx, company: CompanyId, products: &[Uuid]) -> Result<HashMap<Uuid, Product>, DbError> {
    let mut all = HashMap::new();
    for product in products {
        let sql = select::<ProductRow>() + " WHERE company = $1 AND product = $2";
        if let Some(row) = read::<ProductRow>(tx.query_made(sql).bind(company.uuid()).bind(*product)).await?.pop()
            && let Ok((_, fields)) = fields_of(row)
        {
            all.insert(*product, fields);
        }
    }
    let sql = "SELECT product, barcode FROM product_barcode WHERE company = $1 AND product IN";
    let mut barcodes = HashMap::<Uuid, Vec<String>>::new();
    for (product, code) in tx.fetch_in::<Uuid, (Uuid, String)>(sql, &[company.uuid()], products).await? {
        barcodes.entry(product).or_default().push(code);
    }
    all.retain(|product, fields| {
        let mut found = barcodes.remove(product).unwrap_or_default();
        found.sort_unstable();
        fields.barcodes.iter().map(Barcode::as_str).eq(found.iter().map(String::as_str))
    });
    Ok(all)
}

/// One product.
pub(super) async fn product(db: &Db, company: CompanyId, product: ProductId) -> Result<Option<Product>, DbError> {
    let sql = select::<ProductRow>() + " WHERE company = $1 AND product = $2";
    let row = read::<ProductRow>(db.query_made(sql).bind(company.uuid()).bind(product.uuid())).await?.pop();
    Ok(row.map(fields_of).transpose()?.map(|(_, fields)| fields))
}

/// What is looked for, and where the page begins.
pub(super) struct Search<'s> {
    pub(super) find: &'s str,
    /// The barcodes that it may be.
    pub(super) barcodes: Vec<Barcode>,
    pub(super) after: (String, Uuid),
    pub(super) limit: i64,
}

/// Products by name whose name holds a text, or whose code or barcode it is.
pub(super) async fn search(db: &Db, company: CompanyId, search: Search<'_>) -> Result<Vec<(ProductId, Product)>, DbError> {
    let escaped = sort_name(search.find).replace('!', "!!").replace('%', "!%").replace('_', "!_");
    let pattern = format!("%{escaped}%");
    // A text that is no barcode is equal to none.
    let places: Vec<String> = (7..).take(search.barcodes.len()).map(|place| format!("${place}")).collect();
    let places = if places.is_empty() { "NULL".to_owned() } else { places.join(", ") };
    let sql = select::<ProductRow>()
        + " WHERE company = $1 AND (sort_name, product) > ($2, $3) AND (sort_name LIKE $4 ESCAPE '!' OR code = $5 OR EXISTS ( \
             SELECT 1 FROM product_barcode AS known WHERE known.company = $1 AND known.product = product.product AND known.barcode IN ("
        + &places
        + "))) ORDER BY sort_name, product LIMIT $6";
    let mut query = db
        .query_made(sql)
        .bind(company.uuid())
        .bind(search.after.0)
        .bind(search.after.1)
        .bind(pattern)
        .bind(search.find.to_owned())
        .bind(search.limit);
    for code in search.barcodes {
        query.arguments().bind(String::from(code));
    }
    read(query).await?.into_iter().map(fields_of).collect()
}
