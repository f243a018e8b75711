//! The table `stock`: each product apart for each unit in which it was ever counted.

use crate::{
    platform::{StoreError, shown_quantity},
    tables,
};
use duka_core::{ProductId, Quantity, Unit};
use duka_ledger::StockRow;
use rusqlite::{Connection, params};

/// What is to be added to the stock of a product so that it is what was counted; none where many moves brought it so far that no single one puts it
/// right.
pub(crate) fn difference(db: &Connection, product: ProductId, counted: Quantity) -> Result<Option<Quantity>, StoreError> {
    let stock = sum(db, product, counted.unit())?;
    Ok(counted.thousandths().checked_sub(stock).and_then(|difference| Quantity::try_new(difference, counted.unit()).ok()))
}

/// The stock of a product in its unit, to be shown.
pub(crate) fn shown(db: &Connection, product: ProductId, unit: Unit) -> Result<Quantity, StoreError> {
    shown_quantity(sum(db, product, unit)?, unit)
}

fn sum(db: &Connection, product: ProductId, unit: Unit) -> Result<i64, StoreError> {
    let row: Option<StockRow> = tables::first(db, "where product = ?1 and unit = ?2", params![product.as_bytes(), unit.number()])?;
    Ok(row.map_or(0, |row| row.thousandths))
}

/// What is left of it in units that it had before, to be shown.
pub(crate) fn others_of(db: &Connection, product: ProductId, unit: Unit) -> Result<Vec<Quantity>, StoreError> {
    let rows: Vec<StockRow> = tables::select(
        db,
        "where product = ?1 and unit <> ?2 and thousandths <> 0 order by unit",
        params![product.as_bytes(), unit.number()],
    )?;
    rows.into_iter().map(|row| shown_quantity(row.thousandths, row.unit)).collect()
}
