//! What the tables that show products should hold, and do.

use super::{text, words};
use crate::{platform::StoreError, tables};
use duka_core::ProductId;
use duka_ledger::table::{Cell, Digest, Kind};
use duka_records::Product;
use rusqlite::Connection;
use std::collections::BTreeSet;

pub(crate) const PRODUCTS: &str = "product";
pub(crate) const BARCODES: &str = "barcode";
pub(crate) const SEARCH: &str = "product_search";

/// The words of the search as a table, to be made for whoever compares them: with `detail = none`, each word of a product once.
pub(crate) const WORDS: &str = "create virtual table temp.product_word using fts5vocab (main, product_search, instance);";

/// The rows that some products should have.
#[derive(Default)]
pub(crate) struct Shown {
    products: Digest,
    barcodes: Digest,
    words: Digest,
}

impl Shown {
    /// Adds those of a product.
    pub(crate) fn add(&mut self, n: i64, id: ProductId, product: &Product) {
        let Product { name, code, price, rate, unit, active, barcodes } = product;
        self.products.add(&[
            n.into_value(),
            id.into_value(),
            name.clone().into_value(),
            code.clone().into_value(),
            price.minor().into_value(),
            price.currency().into_value(),
            rate.into_value(),
            unit.into_value(),
            active.into_value(),
            text(barcodes).into_value(),
        ]);
        barcodes.iter().for_each(|code| self.barcodes.add(&[code.as_str().to_owned().into_value(), n.into_value()]));
        let words: BTreeSet<String> = words::words(name).into_iter().chain(words::words(code)).collect();
        words.into_iter().for_each(|word| self.words.add(&[word.into_value(), n.into_value()]));
    }

    /// Which tables hold something else.
    pub(crate) fn differing(&self, db: &Connection) -> Result<BTreeSet<&'static str>, StoreError> {
        let mut differing = BTreeSet::new();
        let mut compare = |name, text, kinds: &[Kind], expected| {
            if tables::digest_of(db, text, kinds)? != expected {
                differing.insert(name);
            }
            Ok::<_, StoreError>(())
        };
        let columns = [Kind::Integer, Kind::Id, Kind::Text, Kind::Text, Kind::Integer, Kind::Currency];
        let columns = columns.into_iter().chain([Kind::Integer, Kind::Integer, Kind::Bool, Kind::Text]).collect::<Vec<_>>();
        compare(
            PRODUCTS,
            "select n, product, name, code, price, currency, rate, unit, active, barcodes from product",
            &columns,
            self.products,
        )?;
        compare(BARCODES, "select code, product from barcode", &[Kind::Text, Kind::Integer], self.barcodes)?;
        // What the index holds besides its words (their beginnings) it makes of them by itself; whether it is sound, it is asked.
        if !is_sound(db)? {
            differing.insert(SEARCH);
            return Ok(differing);
        }
        compare(SEARCH, "select term, doc from temp.product_word", &[Kind::Text, Kind::Integer], self.words)?;
        Ok(differing)
    }
}

/// Whether the index of the search is in itself what it should be.
fn is_sound(db: &Connection) -> Result<bool, StoreError> {
    let told: String = db.query_row("pragma quick_check (product_search)", [], |row| row.get(0))?;
    Ok(told == "ok")
}
