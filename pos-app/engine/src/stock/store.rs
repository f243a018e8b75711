//! The table `stock`: each product apart for each unit in which it was ever counted.

use crate::{
    platform::{StoreError, quantity},
    tables,
};
use duka_core::{ProductId, Quantity, Unit};
use duka_ledger::StockRow;
use rusqlite::{Connection, params};

/// The stock of a product in its unit.
pub(crate) fn of(db: &Connection, product: ProductId, unit: Unit) -> Result<Quantity, StoreError> {
    let row: Option<StockRow> = tables::first(db, "where product = ?1 and unit = ?2", params![product.as_bytes(), unit.number()])?;
    quantity(row.map_or(0, |row| row.thousandths), unit)
}

/// The same, to be shown. A sum of many moves may pass what one quantity holds: then the most is shown, and nothing fails for it.
pub(crate) fn shown(db: &Connection, product: ProductId, unit: Unit) -> Result<Quantity, StoreError> {
    let row: Option<StockRow> = tables::first(db, "where product = ?1 and unit = ?2", params![product.as_bytes(), unit.number()])?;
    held(row.map_or(0, |row| row.thousandths), unit)
}

fn held(thousandths: i64, unit: Unit) -> Result<Quantity, StoreError> {
    quantity(thousandths.clamp(-Quantity::MAX_THOUSANDTHS, Quantity::MAX_THOUSANDTHS), unit)
}

/// What is left of it in units that it had before, to be shown.
pub(crate) fn others_of(db: &Connection, product: ProductId, unit: Unit) -> Result<Vec<Quantity>, StoreError> {
    let rows: Vec<StockRow> = tables::select(
        db,
        "where product = ?1 and unit <> ?2 and thousandths <> 0 order by unit",
        params![product.as_bytes(), unit.number()],
    )?;
    rows.into_iter().map(|row| held(row.thousandths, row.unit)).collect()
}
