//! Making and editing products by API.

use super::{
    ProductError,
    store::{self, Saved},
};
use crate::{
    journal,
    platform::{
        Platform,
        db::{Lock, Tx},
    },
};
use duka_api::{
    http::{CatalogueProduct, NewProduct, ProductPatch},
    till::ProductFields,
};
use duka_core::{Barcode, CompanyId, Currency, Money, ProductId};
use duka_ledger::{Fact, RecordChanged, RecordKind};
use duka_records::{Change, Claims, Edited, Product, ProductEdit, Reading};
use std::collections::BTreeSet;

/// Makes a product. The same id with the same fields again makes no second one.
pub async fn create(platform: &Platform, company: CompanyId, new: NewProduct) -> Result<CatalogueProduct, ProductError> {
    let server = journal::server_of(platform, company).await?;
    let Change { after: fields, claims, .. } = read_fields(new.fields, server.currency)?.make()?;
    let product = new.product.unwrap_or_else(|| platform.new_id(ProductId::new));
    let now = platform.clock.now();
    let mut tx = platform.db.begin_locked(company.uuid(), Lock::Exclusive).await?;
    if let Some(document) = store::documents(&mut tx, company, &[product.uuid()]).await?.remove(&product.uuid()) {
        return match duka_records::read(&document) {
            Ok(Reading::Product(held)) if held == fields => Ok(view(product, fields)),
            _ => Err(ProductError::Exists(product)),
        };
    }
    refuse_taken(&mut tx, company, product, claims).await?;
    let made = duka_records::create(server.device, &fields).map_err(|fault| ProductError::Damaged(fault.to_string()))?;
    let fact = fact(product, &made);
    store::save(&mut tx, company, &[Saved { product, document: made.document, fields: Some(fields.clone()), known: false }]).await?;
    journal::append_in_tx(&mut tx, &server, now, vec![fact]).await?;
    tx.commit().await?;
    Ok(view(product, fields))
}

/// Edits a product: only what is given changes, so that an edit of another field elsewhere survives.
pub async fn edit(
    platform: &Platform,
    company: CompanyId,
    product: ProductId,
    patch: ProductPatch,
) -> Result<CatalogueProduct, ProductError> {
    let server = journal::server_of(platform, company).await?;
    let edit = read_patch(patch, server.currency)?;
    let now = platform.clock.now();
    let mut tx = platform.db.begin_locked(company.uuid(), Lock::Exclusive).await?;
    let document = store::documents(&mut tx, company, &[product.uuid()]).await?.remove(&product.uuid());
    let document = document.ok_or(ProductError::NoProduct(product))?;
    let damaged = |fault: duka_records::RecordError| ProductError::Damaged(format!("product {product}: {fault}"));
    let held = duka_records::read(&document).map_err(damaged)?.product().ok_or(ProductError::NoProduct(product))?;
    let Change { after: wanted, edit, claims } = held.change(&edit)?;
    refuse_taken(&mut tx, company, product, claims).await?;
    let Some(edited) = duka_records::edit(&document, server.device, &edit).map_err(damaged)? else { return Ok(view(product, held)) };
    let fields = duka_records::read(&edited.document).map_err(damaged)?.product();
    let fact = fact(product, &edited);
    let told = fields.clone().unwrap_or(wanted);
    store::save(&mut tx, company, &[Saved { product, document: edited.document, fields, known: true }]).await?;
    journal::append_in_tx(&mut tx, &server, now, vec![fact]).await?;
    tx.commit().await?;
    Ok(view(product, told))
}

/// The fact of an edit.
pub(super) fn fact(product: ProductId, edited: &Edited) -> Fact {
    Fact::RecordChanged(RecordChanged {
        kind: RecordKind::Product,
        record: product.into(),
        number: edited.number,
        change: edited.change.clone().into(),
    })
}

/// A code leads to one product. (Two tills that are apart may still give one to two; the till then asks which.)
async fn refuse_taken(tx: &mut Tx, company: CompanyId, product: ProductId, claims: Claims) -> Result<(), ProductError> {
    let codes: Vec<String> = claims.code.into_iter().collect();
    let mut holders = store::by_codes(tx, company, &codes).await?;
    holders.extend(store::by_barcodes(tx, company, &claims.barcodes).await?);
    match holders.into_iter().find(|(holder, _)| *holder != product.uuid()) {
        Some((holder, code)) => Err(ProductError::CodeTaken { code, product: ProductId::from_uuid(holder) }),
        None => Ok(()),
    }
}

fn price(price: Money, currency: Currency) -> Result<Money, ProductError> {
    if price.currency() != currency {
        return Err(ProductError::Currency(currency));
    }
    // What JSON brought was never checked.
    Ok(Money::try_new(price.minor(), currency)?)
}

fn read_barcodes(codes: &[String]) -> Result<BTreeSet<Barcode>, ProductError> {
    codes.iter().map(|code| Barcode::parse(code).map_err(ProductError::from)).collect()
}

fn rate(rate: duka_core::TaxRate) -> Result<duka_core::TaxRate, ProductError> {
    duka_core::TaxRate::try_from_ppm(rate.ppm()).map_err(|fault| ProductError::Record(fault.to_string()))
}

fn read_fields(fields: ProductFields, currency: Currency) -> Result<Product, ProductError> {
    Ok(Product {
        name: fields.name,
        code: fields.code,
        price: price(fields.price, currency)?,
        rate: rate(fields.rate)?,
        unit: fields.unit,
        active: fields.active,
        barcodes: read_barcodes(&fields.barcodes)?,
    })
}

fn read_patch(patch: ProductPatch, currency: Currency) -> Result<ProductEdit, ProductError> {
    Ok(ProductEdit {
        name: patch.name,
        code: patch.code,
        price: patch.price.map(|new| price(new, currency)).transpose()?,
        rate: patch.rate.map(rate).transpose()?,
        unit: patch.unit,
        active: patch.active,
        add_barcodes: read_barcodes(&patch.add_barcodes)?,
        remove_barcodes: read_barcodes(&patch.remove_barcodes)?,
    })
}

/// A product as the API tells it.
pub(super) fn view(product: ProductId, fields: Product) -> CatalogueProduct {
    CatalogueProduct {
        product,
        fields: ProductFields {
            name: fields.name,
            code: fields.code,
            price: fields.price,
            rate: fields.rate,
            unit: fields.unit,
            active: fields.active,
            barcodes: fields.barcodes.into_iter().map(String::from).collect(),
        },
    }
}
