//! Making and editing products, and taking in edits.

use super::{Found, Known, ProductError, query, store};
use crate::{
    journal::{self, Audience, By, JournalError, Outcome, Pen},
    platform::{self, StoreError},
    record,
    till::Till,
};
use duka_api::till::{Product as View, ProductFields, SaveProduct};
use duka_core::{Barcode, Currency, ProductId};
use duka_ledger::{Fact, RecordChanged, RecordKind};
use duka_records::{Edited, Product, ProductEdit};
use rusqlite::Connection;
use std::collections::BTreeSet;

impl Till {
    /// Makes a product, or changes those fields of one that differ from how they were when editing began.
    pub fn product_save(&mut self, save: &SaveProduct) -> Result<View, ProductError> {
        let pen = self.pen()?;
        let wanted = product(&save.fields, pen.me.currency)?;
        let tx = platform::begin(&mut self.db.connection)?;
        let id = match save.product {
            None => {
                let none = BTreeSet::new();
                check_codes(&tx, None, &wanted, &none, "")?;
                let id = ProductId::new(pen.now.at, self.settings.entropy.as_ref());
                save_new_in_tx(&tx, &pen, id, wanted)?;
                id
            }
            Some(id) => {
                let before = save.before.as_ref().ok_or(ProductError::NoBefore(id))?;
                let before = product(before, pen.me.currency)?;
                let found = store::find(&tx, id)?.ok_or(ProductError::NotFound(id))?;
                let edit = before.edit_to(&wanted);
                let after = found.product.with(&edit);
                after.check()?;
                check_codes(&tx, Some(id), &after, &found.product.barcodes, &found.product.code)?;
                save_over_in_tx(&tx, &pen, &found, after, &edit)?;
                id
            }
        };
        platform::commit(tx)?;
        self.grew();
        let found = store::find(&self.db.connection, id)?.ok_or(ProductError::NotFound(id))?;
        Ok(query::view(&self.db.connection, &found)?)
    }
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
    tx: &Connection,
    own: Option<ProductId>,
    wanted: &Product,
    had: &BTreeSet<Barcode>,
    had_code: &str,
) -> Result<(), ProductError> {
    let others = |found: Option<Found>| found.filter(|other| Some(other.id) != own);
    for code in wanted.barcodes.difference(had) {
        if let Some(other) = others(store::find_by_barcode(tx, code.as_str())?) {
            return Err(ProductError::Taken { code: code.to_string(), name: other.product.name });
        }
    }
    if !wanted.code.is_empty()
        && wanted.code != had_code
        && let Some(other) = others(store::find_by_code(tx, &wanted.code)?)
    {
        return Err(ProductError::Taken { code: wanted.code.clone(), name: other.product.name });
    }
    Ok(())
}

/// Writes the fact that makes a product.
pub(crate) fn save_new_in_tx(tx: &Connection, pen: &Pen, id: ProductId, product: Product) -> Result<(), ProductError> {
    let made = duka_records::create(pen.me.device, &product)?;
    save_made_in_tx(tx, pen, id, product, made)
}

/// The same with a document that was made before: making one is the dearest part of a new product, and needs no database.
pub(crate) fn save_made_in_tx(tx: &Connection, pen: &Pen, id: ProductId, product: Product, made: Edited) -> Result<(), ProductError> {
    append_in_tx(tx, pen, id, made.change, Known { document: made.document, product })?;
    Ok(())
}

/// Writes the fact that edits a product into `after`; nothing when the edit says nothing.
pub(crate) fn save_over_in_tx(tx: &Connection, pen: &Pen, found: &Found, after: Product, edit: &ProductEdit) -> Result<bool, ProductError> {
    let document = record::document(tx, found.n)?;
    let Some(edited) = duka_records::edit(&document, pen.me.device, edit)? else { return Ok(false) };
    append_in_tx(tx, pen, found.id, edited.change, Known { document: edited.document, product: after })?;
    Ok(true)
}

fn append_in_tx(tx: &Connection, pen: &Pen, record: ProductId, change: Vec<u8>, known: Known) -> Result<(), JournalError> {
    let fact = Fact::RecordChanged(RecordChanged { kind: RecordKind::Product, record, change: change.into() });
    journal::append_in_tx(tx, pen, Audience::Company, By::Operator, &fact, Some(known)).map(|_| ())
}

/// Takes in an edit, made here or elsewhere.
pub(crate) fn change_in_tx(tx: &Connection, changed: &RecordChanged, known: Option<Known>) -> Result<Outcome, StoreError> {
    let RecordKind::Product = changed.kind;
    let (n, product) = match known {
        Some(known) => {
            debug_assert_eq!(
                duka_records::read(&known.document).as_ref(),
                Ok(&Some(known.product.clone())),
                "I4: the short way is the long way"
            );
            (record::put_in_tx(tx, changed.record, &known.document)?, Some(known.product))
        }
        None => match record::merge_in_tx(tx, changed.record, &changed.change)? {
            Ok((n, document)) => match duka_records::read(&document) {
                Ok(product) => (n, product),
                Err(fault) => return Err(StoreError::Fault(fault.to_string())),
            },
            Err(fault) => return Ok(Outcome::Refused(fault.to_string())),
        },
    };
    // None: the change that it builds on has not arrived; the document waits.
    if let Some(product) = product {
        store::put_in_tx(tx, n, changed.record, &product)?;
    }
    Ok(Outcome::Projected)
}
