//! Finding products.

use super::{Found, ProductError, Sellable, store, words};
use crate::{platform::StoreError, stock};
use duka_api::till::{Page, Product as View, ProductFields, ProductQuery, ProductSearch};
use duka_core::{Barcode, BarcodeError};
use duka_records::{
    Product,
    csv::{Candidate, ProductRow},
};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Rows of a page.
const PAGE: u32 = 50;

/// What a scanned or typed code stands for.
pub(crate) enum Scanned {
    Found(Sellable, String),
    Unknown(String),
    Misread(String),
}

/// By barcode, then by the shop's own code (as it is, then in capitals, as tills are typed at).
pub(crate) fn scan(db: &Connection, text: &str) -> Result<Scanned, StoreError> {
    for code in Barcode::readings_of(text) {
        if let Some(found) = store::sellable_by_barcode(db, &code)? {
            return Ok(Scanned::Found(found, code.to_string()));
        }
    }
    let typed: String = text.trim().chars().take(Barcode::MAX_LENGTH).collect();
    let found = match store::sellable_by_code(db, &typed)? {
        Some(found) => Some(found),
        None => store::sellable_by_code(db, &typed.to_uppercase())?,
    };
    if let Some(found) = found {
        let code = found.code.clone();
        return Ok(Scanned::Found(found, code));
    }
    Ok(match Barcode::parse(text) {
        Ok(code) => Scanned::Unknown(code.to_string()),
        Err(BarcodeError::WrongCheckDigit(code)) => Scanned::Misread(code),
        Err(BarcodeError::NotABarcode(code)) => Scanned::Unknown(code),
    })
}

/// A product with the shop's stock of it.
pub(crate) fn view(db: &Connection, found: &Found) -> Result<View, StoreError> {
    let product = &found.product;
    Ok(View {
        product: found.id,
        fields: ProductFields {
            name: product.name.clone(),
            code: product.code.clone(),
            price: product.price,
            rate: product.rate,
            unit: product.unit,
            active: product.active,
            barcodes: product.barcodes.iter().map(ToString::to_string).collect(),
        },
        stock: stock::shown(db, found.id, product.unit)?,
        other_stock: stock::others_of(db, found.id, product.unit)?,
    })
}

fn views(db: &Connection, found: &[Found]) -> Result<Vec<View>, StoreError> {
    found.iter().map(|found| view(db, found)).collect()
}

/// Products that are sold: first the one whose barcode or code is so, then those with exactly the words typed, then those with words that
/// begin so.
pub(crate) fn search(db: &Connection, search: &ProductSearch) -> Result<Vec<View>, StoreError> {
    let limit = search.limit.min(PAGE);
    let typed = search.text.trim();
    let mut found: Vec<Found> = Vec::new();
    for code in Barcode::readings_of(typed) {
        found.extend(store::find_by_barcode(db, &code)?);
    }
    found.extend(store::find_by_code(db, typed)?);
    found.retain(|found| found.product.active);
    let whole = usize::try_from(limit).unwrap_or(0);
    for query in words::exact(typed).into_iter().chain(words::beginning(typed)) {
        let mut seen = BTreeSet::new();
        found.retain(|found| seen.insert(found.n));
        if found.len() < whole {
            found.extend(store::matching(db, &query, false, 0, limit)?);
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|found| seen.insert(found.n));
    found.truncate(whole);
    views(db, &found)
}

/// The product with this barcode, in whichever of its readings it has it.
fn by_barcode(db: &Connection, code: &Barcode) -> Result<Option<Found>, StoreError> {
    for code in code.readings() {
        if let Some(found) = store::find_by_barcode(db, &code)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Products that a row of a file may be about: those with its code or one of its barcodes; without either, the one with its name.
pub(crate) fn candidates(db: &Connection, row: &ProductRow) -> Result<Vec<Candidate<i64>>, StoreError> {
    let Product { name, code, barcodes, .. } = &row.product;
    let mut found = Vec::new();
    for code in barcodes.iter().flat_map(Barcode::readings) {
        found.extend(store::with_barcode(db, &code)?);
    }
    if !code.is_empty() {
        found.extend(store::with_code(db, code)?);
    } else if barcodes.is_empty() {
        found.extend(store::with_name(db, name)?);
    }
    Ok(found.into_iter().map(|Found { n, id, product }| Candidate { id, product, with: n }).collect())
}

/// Products by name; those that match a search in the order they came.
pub(crate) fn list(db: &Connection, query: &ProductQuery) -> Result<Page<View>, ProductError> {
    let after = match &query.after {
        Some(text) => Some(text.parse::<i64>().map_err(|_| ProductError::Page(text.clone()))?),
        None => None,
    };
    let typed = query.find.trim();
    let found = match words::beginning(typed) {
        Some(words) => {
            let exact = match (after, Barcode::parse(typed)) {
                (None, Ok(code)) => by_barcode(db, &code)?.filter(|found| found.product.active || query.inactive),
                _ => None,
            };
            match exact {
                Some(exact) => return Ok(Page { rows: views(db, &[exact])?, next: None }),
                None => store::matching(db, &words, query.inactive, after.unwrap_or(0), PAGE)?,
            }
        }
        None => store::by_name(db, query.inactive, after, PAGE)?,
    };
    let whole = u32::try_from(found.len()) == Ok(PAGE);
    let next = found.last().filter(|_| whole).map(|last| last.n.to_string());
    Ok(Page { rows: views(db, &found)?, next })
}
