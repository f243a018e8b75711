//! The tables `product`, `barcode` and `product_search`.

mod shown;

pub(crate) use shown::{BARCODES, PRODUCTS, SEARCH, Shown, WORDS};

use super::{Found, Sellable, words};
use crate::{
    platform::{self, StoreError},
    record,
};
use duka_core::{Barcode, Money, ProductId, TaxRate};
use duka_records::Product;
use rusqlite::{Connection, OptionalExtension, Row, params, types::Type};
use std::collections::BTreeSet;

macro_rules! columns {
    () => {
        "product.n, product.product, product.name, product.code, product.price, product.currency, product.rate, product.unit, product.active"
    };
}

fn read_sellable(row: &Row<'_>) -> rusqlite::Result<Sellable> {
    let bad = |column: usize, fault: String| rusqlite::Error::FromSqlConversionFailure(column, Type::Integer, fault.into());
    let currency = platform::currency(row, 5)?;
    Ok(Sellable {
        id: ProductId::from_bytes(row.get(1)?),
        name: row.get(2)?,
        code: row.get(3)?,
        price: Money::try_new(row.get(4)?, currency).map_err(|fault| bad(4, fault.to_string()))?,
        rate: TaxRate::try_from_ppm(row.get(6)?).map_err(|fault| bad(6, fault.to_string()))?,
        unit: platform::unit(row, 7)?,
        active: row.get(8)?,
    })
}

fn read(row: &Row<'_>) -> rusqlite::Result<Found> {
    let Sellable { id, name, code, price, rate, unit, active } = read_sellable(row)?;
    let barcodes = codes(row.get_ref(9)?.as_str()?);
    Ok(Found { n: row.get(0)?, id, product: Product { name, code, price, rate, unit, active, barcodes } })
}

fn codes(text: &str) -> BTreeSet<Barcode> {
    text.split(' ').filter_map(|code| Barcode::parse(code).ok()).collect()
}

fn text(codes: &BTreeSet<Barcode>) -> String {
    codes.iter().map(Barcode::as_str).collect::<Vec<_>>().join(" ")
}

pub(crate) fn find(db: &Connection, id: ProductId) -> Result<Option<Found>, StoreError> {
    let Some(n) = record::find(db, id.into())? else { return Ok(None) };
    find_by_number(db, n)
}

fn find_by_number(db: &Connection, n: i64) -> Result<Option<Found>, StoreError> {
    let mut statement = db.prepare_cached(concat!("select ", columns!(), ", barcodes from product where n = ?1"))?;
    Ok(statement.query_row([n], read).optional()?)
}

pub(crate) fn sellable(db: &Connection, id: ProductId) -> Result<Option<Sellable>, StoreError> {
    let Some(n) = record::find(db, id.into())? else { return Ok(None) };
    let mut statement = db.prepare_cached(concat!("select ", columns!(), " from product where n = ?1"))?;
    Ok(statement.query_row([n], read_sellable).optional()?)
}

/// The first products with a barcode, read so: those that are sold before others, then the oldest. Nearly always there is but one, and nothing to be
/// put in order.
fn by_barcode<T>(db: &Connection, code: &Barcode, limit: u32, read: fn(&Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>, StoreError> {
    macro_rules! with_code {
        ($rest:literal) => {
            concat!(
                "select ",
                columns!(),
                ", barcodes from barcode join product on product.n = barcode.product where barcode.code = ?1 ",
                $rest
            )
        };
    }
    let all = |text, limit: u32| -> Result<Vec<T>, StoreError> {
        Ok(db.prepare_cached(text)?.query_map(params![code.as_str(), limit], read)?.collect::<Result<_, _>>()?)
    };
    match all(with_code!("limit ?2"), 2)? {
        few if few.len() < 2 => Ok(few),
        _ => all(with_code!("order by active desc, product.product limit ?2"), limit),
    }
}

/// The product with this barcode, read so. Where two tills gave it to two products, all tills find the same one.
pub(super) fn find_by_barcode(db: &Connection, code: &Barcode) -> Result<Option<Found>, StoreError> {
    Ok(by_barcode(db, code, 1, read)?.into_iter().next())
}

/// The same as it is sold.
pub(super) fn sellable_by_barcode(db: &Connection, code: &Barcode) -> Result<Option<Sellable>, StoreError> {
    Ok(by_barcode(db, code, 1, read_sellable)?.into_iter().next())
}

const BY_CODE: &str =
    concat!("select ", columns!(), ", barcodes from product where code = ?1 and code <> '' order by active desc, product limit ?2");

/// The product with this own code, letter by letter.
pub(super) fn find_by_code(db: &Connection, code: &str) -> Result<Option<Found>, StoreError> {
    Ok(db.prepare_cached(BY_CODE)?.query_row(params![code, 1], read).optional()?)
}

pub(crate) fn sellable_by_code(db: &Connection, code: &str) -> Result<Option<Sellable>, StoreError> {
    Ok(db.prepare_cached(BY_CODE)?.query_row(params![code, 1], read_sellable).optional()?)
}

/// Products with this barcode, read so, that a row of a file may be about: two are one too many.
pub(super) fn with_barcode(db: &Connection, code: &Barcode) -> Result<Vec<Found>, StoreError> {
    by_barcode(db, code, 2, read)
}

/// The same by own code.
pub(super) fn with_code(db: &Connection, code: &str) -> Result<Vec<Found>, StoreError> {
    Ok(db.prepare_cached(BY_CODE)?.query_map(params![code, 2], read)?.collect::<Result<_, _>>()?)
}

/// The product of exactly this name that has no code of any kind: one that is sold, the oldest.
pub(super) fn with_name(db: &Connection, name: &str) -> Result<Option<Found>, StoreError> {
    let mut statement = db.prepare_cached(concat!(
        "select ",
        columns!(),
        ", barcodes from product where name = ?1 collate nocase and name = ?1 and code = '' and barcodes = '' order by active desc, product limit 1"
    ))?;
    Ok(statement.query_row([name], read).optional()?)
}

/// Products in the order of the index whose words match, after `after`.
pub(crate) fn matching(db: &Connection, query: &str, inactive: bool, after: i64, limit: u32) -> Result<Vec<Found>, StoreError> {
    let mut statement = db.prepare_cached(concat!(
        "select ",
        columns!(),
        ", barcodes from product_search cross join product on product.n = product_search.rowid
         where product_search match ?1 and product_search.rowid > ?2 and (product.active or ?3) order by product_search.rowid limit ?4"
    ))?;
    let rows = statement.query_map(params![query, after, inactive, limit], read)?.collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Products by name, after the product with number `after`.
pub(crate) fn by_name(db: &Connection, inactive: bool, after: Option<i64>, limit: u32) -> Result<Vec<Found>, StoreError> {
    let rows = match after {
        None => db
            .prepare_cached(concat!(
                "select ",
                columns!(),
                ", barcodes from product where active or ?1 order by name collate nocase, n limit ?2"
            ))?
            .query_map(params![inactive, limit], read)?
            .collect::<Result<_, _>>()?,
        Some(after) => db
            .prepare_cached(concat!(
                "select ",
                columns!(),
                ", barcodes from product
                 where (name collate nocase, n) > ((select name from product where n = ?3), ?3) and (active or ?1)
                 order by name collate nocase, n limit ?2"
            ))?
            .query_map(params![inactive, limit, after], read)?
            .collect::<Result<_, _>>()?,
    };
    Ok(rows)
}

/// Makes the row, the barcodes and the words of record `n` say what the product says.
pub(super) fn put_in_tx(tx: &Connection, n: i64, id: ProductId, product: &Product) -> Result<(), StoreError> {
    let old = find_by_number(tx, n)?;
    let Product { name, code, price, rate, unit, active, barcodes } = product;
    // Not by an upsert: it opens a savepoint, at each of which the search index writes what it has gathered.
    let put = match &old {
        None => {
            "insert into product (n, product, name, code, price, currency, rate, unit, active, barcodes)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
        }
        Some(_) => {
            "update product set product = ?2, name = ?3, code = ?4, price = ?5, currency = ?6, rate = ?7, unit = ?8, active = ?9, barcodes = ?10
             where n = ?1"
        }
    };
    tx.prepare_cached(put)?.execute(params![
        n,
        id.as_bytes(),
        name,
        code,
        price.minor(),
        price.currency().code(),
        rate.ppm(),
        unit.number(),
        active,
        text(barcodes)
    ])?;
    let none = BTreeSet::new();
    let had = old.as_ref().map_or(&none, |found| &found.product.barcodes);
    for code in had.difference(barcodes) {
        tx.prepare_cached("delete from barcode where code = ?1 and product = ?2")?.execute(params![code.as_str(), n])?;
    }
    for code in barcodes.difference(had) {
        tx.prepare_cached("insert into barcode (code, product) values (?1, ?2)")?.execute(params![code.as_str(), n])?;
    }
    let indexed = words::indexed(name, code);
    if let Some(old) = &old {
        if words::indexed(&old.product.name, &old.product.code) == indexed {
            return Ok(());
        }
        tx.prepare_cached("delete from product_search where rowid = ?1")?.execute([n])?;
    }
    tx.prepare_cached("insert into product_search (rowid, words) values (?1, ?2)")?.execute(params![n, indexed])?;
    Ok(())
}

/// Takes a product out of all tables that show it.
pub(super) fn remove_in_tx(tx: &Connection, n: i64) -> Result<(), StoreError> {
    tx.prepare_cached("delete from barcode where product = ?1")?.execute([n])?;
    tx.prepare_cached("delete from product_search where rowid = ?1")?.execute([n])?;
    tx.prepare_cached("delete from product where n = ?1")?.execute([n])?;
    Ok(())
}

pub(super) fn clear_in_tx(tx: &Connection) -> Result<(), StoreError> {
    tx.execute_batch("insert into product_search (product_search) values ('delete-all'); delete from barcode; delete from product;")?;
    Ok(())
}
