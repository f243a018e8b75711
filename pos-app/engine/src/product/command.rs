//! Making and editing products.

use super::{Found, ProductError, store};
use crate::{
    books::{Books, By, Decision, Draft},
    record::{self, Known},
};
use duka_api::till::{ProductFields, SaveProduct};
use duka_core::{Barcode, Currency, DeviceId, ProductId, planted};
use duka_ledger::{Fact, RecordChanged, RecordKind};
use duka_records::{Edited, Product, ProductEdit};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Makes a product, or changes those fields of one that differ from how they were when editing began.
pub(crate) fn save(books: &Books<'_>, save: &SaveProduct) -> Result<Decision<ProductId>, ProductError> {
    let wanted = product(&save.fields, books.me.currency())?;
    let Some(id) = save.product else {
        check_codes(books.db, None, &wanted, &BTreeSet::new(), "")?;
        let id = ProductId::new(books.now.at, books.entropy);
        let made = duka_records::create(books.me.device(), &wanted)?;
        return Ok(Decision::new(id, [save_made(id, wanted, made)]));
    };
    let before = save.before.as_ref().ok_or(ProductError::NoBefore(id))?;
    let before = product(before, books.me.currency())?;
    let found = store::find(books.db, id)?.ok_or(ProductError::NotFound(id))?;
    let edit = before.edit_to(&wanted);
    let after = found.product.with(&edit);
    after.check()?;
    check_codes(books.db, Some(id), &after, &found.product.barcodes, &found.product.code)?;
    Ok(Decision::new(id, save_over(books, &found, after, &edit)?))
}

/// What was typed, as a product that may be.
fn product(fields: &ProductFields, company: Currency) -> Result<Product, ProductError> {
    if fields.price.currency() != company {
        return Err(ProductError::Currency { company, given: fields.price.currency() });
    }
    let product = Product {
        name: fields.name.trim().to_owned(),
        code: fields.code.trim().to_owned(),
        price: fields.price,
        rate: fields.rate,
        unit: fields.unit,
        active: fields.active,
        barcodes: fields.barcodes.iter().map(|code| Barcode::parse(code)).collect::<Result<_, _>>()?,
    };
    product.check()?;
    Ok(product)
}

/// Codes that are new on this product must not be another's.
fn check_codes(
    db: &Connection,
    own: Option<ProductId>,
    wanted: &Product,
    had: &BTreeSet<Barcode>,
    had_code: &str,
) -> Result<(), ProductError> {
    let others = |found: Option<Found>| found.filter(|other| Some(other.id) != own);
    for code in wanted.barcodes.difference(had).flat_map(Barcode::readings) {
        if let Some(other) = others(store::find_by_barcode(db, &code)?) {
            return Err(ProductError::Taken { code: code.to_string(), name: other.product.name });
        }
    }
    if !wanted.code.is_empty()
        && wanted.code != had_code
        && let Some(other) = others(store::find_by_code(db, &wanted.code)?)
    {
        return Err(ProductError::Taken { code: wanted.code.clone(), name: other.product.name });
    }
    Ok(())
}

/// The fact that makes a product. Making its document is the dearest part and needs no database, so it is given.
pub(crate) fn save_made(id: ProductId, product: Product, made: Edited) -> Draft {
    draft(id, made, product)
}

/// The fact that edits a product into `after`; none when the edit says nothing.
pub(crate) fn save_over(books: &Books<'_>, found: &Found, after: Product, edit: &ProductEdit) -> Result<Option<Draft>, ProductError> {
    let document = record::document(books.db, found.n)?;
    let edited = duka_records::edit(&document, actor(books), edit)?;
    Ok(edited.map(|edited| draft(found.id, edited, after)))
}

/// In whose name this till edits records: its own, so that no two devices ever number the same change (I12).
fn actor(books: &Books<'_>) -> DeviceId {
    if planted::is(planted::Bug::BorrowedActor) { books.me.server_device } else { books.me.device() }
}

fn draft(id: ProductId, edited: Edited, product: Product) -> Draft {
    let Edited { number, change, document } = edited;
    let fact = RecordChanged { kind: RecordKind::Product, record: id.into(), number, change: change.into() };
    Draft { fact: Fact::RecordChanged(fact), by: By::Operator, known: Some(Known { document, product }) }
}
