//! The table `stock`.

use crate::platform::StoreError;
use duka_core::ProductId;
use duka_ledger::{
    StockMove,
    table::{Digest, StockRow},
};
use rusqlite::{Connection, OptionalExtension, params};

pub(crate) fn move_in_tx(tx: &Connection, moved: StockMove) -> Result<(), StoreError> {
    tx.prepare_cached(
        "insert into stock (product, thousandths) values (?1, ?2)
         on conflict (product) do update set thousandths = thousandths + excluded.thousandths",
    )?
    .execute(params![moved.product.as_bytes(), moved.quantity.thousandths()])?;
    Ok(())
}

/// Thousandths of the product's unit.
pub(crate) fn of(db: &Connection, product: ProductId) -> Result<i64, StoreError> {
    let found = db
        .prepare_cached("select thousandths from stock where product = ?1")?
        .query_row([product.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(found.unwrap_or(0))
}

pub(crate) fn digest(db: &Connection) -> Result<Digest, StoreError> {
    let mut statement = db.prepare_cached("select product, thousandths from stock where thousandths <> 0")?;
    let mut rows = statement.query([])?;
    let mut digest = Digest::default();
    while let Some(row) = rows.next()? {
        digest.add(&StockRow { product: ProductId::from_bytes(row.get(0)?), thousandths: row.get(1)? });
    }
    Ok(digest)
}

pub(crate) fn clear_in_tx(tx: &Connection) -> Result<(), StoreError> {
    tx.execute("delete from stock", [])?;
    Ok(())
}
