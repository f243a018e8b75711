//! Between columns and typed values.

use super::StoreError;
use duka_core::{Currency, Money, Quantity, Unit};
use rusqlite::types::Type;

/// A count as a column. Counts past 2^63 do not occur; they would show as the largest.
pub(crate) fn to_i64(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A count from a column that is never negative.
pub(crate) fn from_i64(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// A small number from a column.
pub(crate) fn to_u32(value: i64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// A currency from its code.
pub(crate) fn currency(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Currency> {
    let code = row.get_ref(column)?.as_str()?;
    Currency::try_new(code).map_err(|fault| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(fault)))
}

/// A unit from its number.
pub(crate) fn unit(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Unit> {
    let number: u8 = row.get(column)?;
    Unit::from_number(number).ok_or(rusqlite::Error::IntegralValueOutOfRange(column, i64::from(number)))
}

/// An amount that was checked when it was written; of a sum that says nothing.
pub(crate) fn money(minor: i64, currency: Currency) -> Result<Money, StoreError> {
    Money::try_new(minor, currency).map_err(|fault| StoreError::Corrupt(fault.to_string()))
}

/// A quantity that was checked when it was written; of a [sum](shown_quantity) that says nothing.
pub(crate) fn quantity(thousandths: i64, unit: Unit) -> Result<Quantity, StoreError> {
    Quantity::try_new(thousandths, unit).map_err(|fault| StoreError::Corrupt(fault.to_string()))
}

/// A sum of quantities, to be shown. Each of them may be the most that one can be, so that their sum is more: then the most is shown, and nothing
/// fails for it.
pub(crate) fn shown_quantity(thousandths: i64, unit: Unit) -> Result<Quantity, StoreError> {
    quantity(thousandths.clamp(-Quantity::MAX_THOUSANDTHS, Quantity::MAX_THOUSANDTHS), unit)
}
