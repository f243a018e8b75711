//! Reading described rows, and their digests.

use super::{Place, before, of_place, value};
use crate::platform::db::{AnyRow, DbError, Query, Tx};
use duka_ledger::table::{Digest, Table, Tabled, Value, Write};

/// Rows of a digest's page.
const PAGE: usize = 5_000;

/// `SELECT` and the described columns of a table, up to where its conditions begin.
pub fn select<R: Tabled>() -> String {
    format!("SELECT {} FROM {}", R::TABLE.names(), R::TABLE.name)
}

/// The values of a row that [`select`] gave.
pub fn row_values(table: &Table, row: &AnyRow) -> Result<Vec<Value>, DbError> {
    table.columns.iter().enumerate().map(|(index, column)| value::get(row, index, column)).collect()
}

/// All rows of a query that [`select`] began.
pub async fn read<R: Tabled>(query: Query<'_>) -> Result<Vec<R>, DbError> {
    let mut rows = Vec::new();
    for row in query.fetch_rows().await? {
        rows.push(R::from_values(row_values(R::TABLE, &row)?).map_err(|fault| DbError::damaged(&fault.to_string()))?);
    }
    Ok(rows)
}

/// The digest of a table in one place, page by page in the order of its key; each row is also shown to `seen`. Sums of zero count as absent.
pub async fn digest(tx: &mut Tx, place: Place, table: &'static Table, mut seen: impl FnMut(&[Value])) -> Result<Digest, DbError> {
    let keys: Vec<&str> = table.key_columns().iter().map(|column| column.name).collect();
    let keys = keys.join(", ");
    let first = before(table).len() + 1;
    let marks: Vec<String> = (first..first + table.key).map(|number| format!("${number}")).collect();
    let (names, name, of_place, marks) = (table.names(), table.name, of_place(table), marks.join(", "));
    let (mut digest, mut after) = (Digest::default(), None::<Vec<Value>>);
    loop {
        let since = if after.is_some() { format!(" AND ({keys}) > ({marks})") } else { String::new() };
        let mut query = tx.query_made(format!("SELECT {names} FROM {name} WHERE {of_place}{since} ORDER BY {keys} LIMIT {PAGE}"));
        place.bind(table, query.arguments());
        for (column, value) in table.key_columns().iter().zip(after.iter().flatten()) {
            value::bind(query.arguments(), column, value);
        }
        let rows = query.fetch_rows().await?;
        let full = rows.len() == PAGE;
        for row in rows {
            let values = row_values(table, &row)?;
            if !is_absent(table, &values) {
                digest.add(&values);
                seen(&values);
            }
            after = Some(values);
        }
        if !full {
            return Ok(digest);
        }
    }
}

/// Whether a row is a sum that came back to zero: it counts as absent.
pub fn is_absent(table: &Table, values: &[Value]) -> bool {
    table.write == Write::Sum && values.iter().skip(table.key).all(|value| *value == Value::Integer(0))
}
