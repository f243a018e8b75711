//! The table `shift`.

use crate::{platform::StoreError, tables};
use duka_core::ShiftId;
use duka_ledger::ShiftRow;
use rusqlite::Connection;

/// Who was at the till in a shift.
pub(crate) fn operator_of(db: &Connection, shift: ShiftId) -> Result<String, StoreError> {
    let row: Option<ShiftRow> = tables::first(db, "where shift = ?1 order by device limit 1", [shift.as_bytes()])?;
    Ok(row.map(|row| row.operator_name).unwrap_or_default())
}
