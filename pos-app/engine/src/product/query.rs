//! Finding products.

use super::{Found, ProductError, Sellable, search, store};
use crate::{platform::StoreError, stock, till::Till};
use duka_api::till::{Page, Product as View, ProductFields, ProductQuery, ProductSearch};
use duka_core::{Barcode, BarcodeError, Quantity};
use rusqlite::Connection;

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
    let parsed = Barcode::parse(text);
    if let Ok(code) = &parsed
        && let Some(found) = store::sellable_by_barcode(db, code.as_str())?
    {
        return Ok(Scanned::Found(found, code.to_string()));
    }
    let typed: String = text.trim().chars().take(Barcode::MAX_LENGTH).collect();
    let found = match store::sellable_by_code(db, &typed)? {
        Some(found) => Some(found),
        None => store::sellable_by_code(db, &typed.to_uppercase())?,
    };
    Ok(match (found, parsed) {
        (Some(found), _) => {
            let code = found.code.clone();
            Scanned::Found(found, code)
        }
        (None, Ok(code)) => Scanned::Unknown(code.to_string()),
        (None, Err(BarcodeError::WrongCheckDigit(code))) => Scanned::Misread(code),
        (None, Err(BarcodeError::NotABarcode(code))) => Scanned::Unknown(code),
    })
}

/// A product with the shop's stock of it.
pub(crate) fn view(db: &Connection, found: &Found) -> Result<View, StoreError> {
    let thousandths = stock::stock_of(db, found.id)?;
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
        stock: Quantity::try_new(thousandths, product.unit).map_err(|fault| StoreError::Fault(fault.to_string()))?,
    })
}

fn views(db: &Connection, found: &[Found]) -> Result<Vec<View>, StoreError> {
    found.iter().map(|found| view(db, found)).collect()
}

impl Till {
    /// Products that are sold: first the one whose barcode or code is so, then those whose name has words beginning so.
    pub fn product_search(&self, search: &ProductSearch) -> Result<Vec<View>, StoreError> {
        let (db, limit) = (&self.db.connection, search.limit.min(PAGE));
        let mut found: Vec<Found> = Vec::new();
        let typed = search.text.trim();
        if let Ok(code) = Barcode::parse(typed) {
            found.extend(store::find_by_barcode(db, code.as_str())?);
        }
        found.extend(store::find_by_code(db, typed)?);
        if let Some(query) = search::query(typed) {
            found.extend(store::matching(db, &query, false, 0, limit)?);
        }
        found.retain(|found| found.product.active);
        let mut seen = Vec::with_capacity(found.len());
        found.retain(|found| {
            !seen.contains(&found.n) && {
                seen.push(found.n);
                true
            }
        });
        found.truncate(usize::try_from(limit).unwrap_or(0));
        views(db, &found)
    }

    /// Products by name; those that match a search in the order they came.
    pub fn product_list(&self, query: &ProductQuery) -> Result<Page<View>, ProductError> {
        let db = &self.db.connection;
        let after = match &query.after {
            Some(text) => Some(text.parse::<i64>().map_err(|_| ProductError::Page(text.clone()))?),
            None => None,
        };
        let typed = query.find.trim();
        let found = match search::query(typed) {
            Some(words) => {
                let exact = match (after, Barcode::parse(typed)) {
                    (None, Ok(code)) => store::find_by_barcode(db, code.as_str())?.filter(|found| found.product.active || query.inactive),
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
}
