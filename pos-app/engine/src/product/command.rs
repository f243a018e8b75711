//! Making and editing products.

use super::{Found, ProductError, store};
use crate::{
    books::{Books, By, Decision, Draft},
    record::{self, Known},
};
use duka_api::till::{ProductFields, SaveProduct};
use duka_core::{Barcode, Currency, DeviceId, ProductId, planted};
use duka_ledger::{Fact, RecordChanged, RecordKind};
use duka_records::{Change, Claims, Edited, Product, ProductEdit};
use rusqlite::Connection;

/// Makes a product, or changes those fields of one that differ from how they were when editing began.
pub(crate) fn save(books: &Books<'_>, save: &SaveProduct) -> Result<Decision<ProductId>, ProductError> {
    let wanted = typed(&save.fields, books.me.currency())?;
    let Some(id) = save.product else {
        let Change { after, claims, .. } = wanted.make()?;
        refuse_taken(books.db, None, &claims)?;
        let id = ProductId::new(books.now.at, books.entropy);
        let made = duka_records::create(books.me.device(), &after)?;
        return Ok(Decision::new(id, [save_made(id, after, made)]));
    };
    let before = save.before.as_ref().ok_or(ProductError::NoBefore(id))?;
    let edit = typed(before, books.me.currency())?.edit_to(&wanted);
    let found = store::find(books.db, id)?.ok_or(ProductError::NotFound(id))?;
    let Change { after, edit, claims } = found.product.change(&edit)?;
    refuse_taken(books.db, Some(id), &claims)?;
    Ok(Decision::new(id, save_over(books, (id, found.n), after, &edit)?))
}

/// What was typed, as a product.
fn typed(fields: &ProductFields, company: Currency) -> Result<Product, ProductError> {
    if fields.price.currency() != company {
        return Err(ProductError::Currency { company, given: fields.price.currency() });
    }
    Ok(Product {
        name: fields.name.clone(),
        code: fields.code.clone(),
        price: fields.price,
        rate: fields.rate,
        unit: fields.unit,
        active: fields.active,
        barcodes: fields.barcodes.iter().map(|code| Barcode::parse(code)).collect::<Result<_, _>>()?,
    })
}

/// Codes that are new on this product must not be another's.
fn refuse_taken(db: &Connection, own: Option<ProductId>, claims: &Claims) -> Result<(), ProductError> {
    let others = |found: Option<Found>| found.filter(|other| Some(other.id) != own);
    for code in &claims.barcodes {
        if let Some(other) = others(store::find_by_barcode(db, code)?) {
            return Err(ProductError::Taken { code: code.to_string(), name: other.product.name });
        }
    }
    if let Some(code) = &claims.code
        && let Some(other) = others(store::find_by_code(db, code)?)
    {
        return Err(ProductError::Taken { code: code.clone(), name: other.product.name });
    }
    Ok(())
}

/// The fact that makes a product. Making its document is the dearest part and needs no database, so it is given.
pub(crate) fn save_made(id: ProductId, product: Product, made: Edited) -> Draft {
    draft(id, made, product)
}

/// The fact that edits a product, which has a number here, into `after`; none when the edit says nothing.
pub(crate) fn save_over(
    books: &Books<'_>,
    (id, n): (ProductId, i64),
    after: Product,
    edit: &ProductEdit,
) -> Result<Option<Draft>, ProductError> {
    let document = record::document(books.db, n)?;
    let edited = duka_records::edit(&document, actor(books), edit)?;
    Ok(edited.map(|edited| draft(id, edited, after)))
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
