//! Statements made from the descriptions of tables.

mod fill;

pub(crate) use fill::{Sums, drop_indices_in_tx, make_indices_in_tx};

use crate::platform::StoreError;
use duka_ledger::table::{Column, Digest, Kind, Row, Table, Tabled, Value, Write};
use minicbor::Encoder;
use rusqlite::{
    Connection, Params, ToSql, params_from_iter,
    types::{ToSqlOutput, Type, ValueRef},
};
use std::{collections::HashMap, sync::LazyLock};

/// A value as SQLite takes it.
struct Stored<'v>(&'v Value);

impl ToSql for Stored<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Id(id) => ValueRef::Blob(id),
            Value::Bool(value) => ValueRef::Integer(i64::from(*value)),
            Value::Integer(value) => ValueRef::Integer(*value),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn read_value(row: &rusqlite::Row<'_>, index: usize, column: &Column) -> rusqlite::Result<Value> {
    let wrong = |found: Type| rusqlite::Error::InvalidColumnType(index, column.name.to_owned(), found);
    let stored = row.get_ref(index)?;
    Ok(match (column.kind, stored) {
        (_, ValueRef::Null) => Value::Null,
        (Kind::Id, ValueRef::Blob(bytes)) => Value::Id(bytes.try_into().map_err(|_| wrong(Type::Blob))?),
        (Kind::Bool, ValueRef::Integer(value)) => Value::Bool(value != 0),
        (Kind::Integer, ValueRef::Integer(value)) => Value::Integer(value),
        (Kind::Text | Kind::Currency, ValueRef::Text(_)) => Value::Text(stored.as_str()?.to_owned()),
        (Kind::Bytes, ValueRef::Blob(bytes)) => Value::Bytes(bytes.to_vec()),
        (_, other) => return Err(wrong(other.data_type())),
    })
}

fn read_values(row: &rusqlite::Row<'_>, columns: &[Column]) -> rusqlite::Result<Vec<Value>> {
    columns.iter().enumerate().map(|(index, column)| read_value(row, index, column)).collect()
}

/// What is said of one table.
struct Statements {
    write: String,
    take_out: String,
    has: String,
    select: String,
}

static STATEMENTS: LazyLock<HashMap<&'static str, Statements>> =
    LazyLock::new(|| Table::ALL.into_iter().map(|table| (table.name, statements(table))).collect());

fn of(table: &'static Table) -> Result<&'static Statements, StoreError> {
    STATEMENTS.get(table.name).ok_or_else(|| StoreError::Fault(format!("the table {} is not described", table.name)))
}

fn statements(table: &Table) -> Statements {
    let Table { name, columns, .. } = table;
    let joined = |columns: &[Column], part: &dyn Fn(usize, &str) -> String, by: &str| {
        columns.iter().enumerate().map(|(index, column)| part(index, column.name)).collect::<Vec<_>>().join(by)
    };
    let places = joined(columns, &|index, _| format!("?{}", index + 1), ", ");
    let insert = format!("insert into {name} ({}) values ({places})", table.names());
    let is_key = joined(table.key_columns(), &|index, column| format!("{column} = ?{}", index + 1), " and ");
    let (write, take_out) = match table.write {
        Write::Sum => {
            let sums = joined(table.other_columns(), &|_, column| format!("{column} = {name}.{column} + excluded.{column}"), ", ");
            let key = joined(table.key_columns(), &|_, column| column.to_owned(), ", ");
            let less = joined(table.other_columns(), &|index, _| format!("-?{}", table.key + index + 1), ", ");
            let key_places = joined(table.key_columns(), &|index, _| format!("?{}", index + 1), ", ");
            let add = format!("on conflict ({key}) do update set {sums}");
            // A sum of nothing may be absent.
            (format!("{insert} {add}"), format!("insert into {name} ({}) values ({key_places}, {less}) {add}", table.names()))
        }
        Write::Once | Write::Record => (insert.replacen("insert", "insert or replace", 1), format!("delete from {name} where {is_key}")),
    };
    Statements {
        write,
        take_out,
        has: format!("select 1 from {name} where {is_key}"),
        select: format!("select {} from {name}", table.names()),
    }
}

/// Writes rows, fastest where those of a table stand together. One that stands under the key of another makes way: nobody else writes that key, so its
/// fact is the same at a later place of its log, or there was none.
pub(crate) fn write_in_tx(tx: &Connection, rows: &[Row]) -> Result<(), StoreError> {
    for of_table in rows.chunk_by(|one, next| one.table.name == next.table.name) {
        let Some(first) = of_table.first() else { continue };
        let mut write = tx.prepare_cached(&of(first.table)?.write)?;
        for row in of_table {
            write.execute(params_from_iter(row.values.iter().map(Stored)))?;
        }
    }
    Ok(())
}

/// Whether a row with this key is there.
pub(crate) fn has(db: &Connection, table: &'static Table, key: &[Value]) -> Result<bool, StoreError> {
    Ok(db.prepare_cached(&of(table)?.has)?.exists(params_from_iter(key.iter().map(Stored)))?)
}

/// Takes the rows of one fact out again.
pub(crate) fn take_out_in_tx(tx: &Connection, rows: &[Row]) -> Result<(), StoreError> {
    for row in rows {
        let values = match row.table.write {
            Write::Sum => row.values.as_slice(),
            Write::Once | Write::Record => row.values.get(..row.table.key).unwrap_or(&row.values),
        };
        let mut take_out = tx.prepare_cached(&of(row.table)?.take_out)?;
        if take_out.execute(params_from_iter(values.iter().map(Stored)))? != 1 {
            return Err(StoreError::Corrupt(format!("a row of {} is missing", row.table.name)));
        }
    }
    Ok(())
}

/// Rows of a table; `rest` is what follows the columns and the table's name (`where … order by … limit …`).
pub(crate) fn select<R: Tabled>(db: &Connection, rest: &'static str, params: impl Params) -> Result<Vec<R>, StoreError> {
    let table = R::TABLE;
    let text = format!("{} {rest}", of(table)?.select);
    let mut statement = db.prepare_cached(&text)?;
    let mut rows = statement.query(params)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let values = read_values(row, table.columns)?;
        all.push(R::from_values(values).map_err(|fault| StoreError::Corrupt(fault.to_string()))?);
    }
    Ok(all)
}

/// The first of such rows.
pub(crate) fn first<R: Tabled>(db: &Connection, rest: &'static str, params: impl Params) -> Result<Option<R>, StoreError> {
    Ok(select(db, rest, params)?.into_iter().next())
}

/// A table's digest, from the rows that are there (I4). Sums of nothing count as absent.
pub(crate) fn digest(db: &Connection, table: &'static Table) -> Result<Digest, StoreError> {
    let kinds: Vec<Kind> = table.columns.iter().map(|column| column.kind).collect();
    let nothing = |row: &rusqlite::Row<'_>| {
        let mut sums = (table.key..kinds.len()).map(|column| row.get_ref(column));
        sums.try_fold(table.write == Write::Sum, |nothing, sum| Ok(nothing && sum? == ValueRef::Integer(0)))
    };
    digest_but(db, &of(table)?.select, &kinds, nothing)
}

/// The digest of the rows that a statement selects, which are values of such kinds.
pub(crate) fn digest_of(db: &Connection, text: &str, kinds: &[Kind]) -> Result<Digest, StoreError> {
    digest_but(db, text, kinds, |_| Ok(false))
}

fn digest_but(
    db: &Connection,
    text: &str,
    kinds: &[Kind],
    but: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<bool>,
) -> Result<Digest, StoreError> {
    let mut statement = db.prepare(text)?;
    let mut rows = statement.query([])?;
    let (mut digest, mut encoded) = (Digest::default(), Vec::new());
    while let Some(row) = rows.next()? {
        if !but(row)? {
            encoded.clear();
            encode(row, kinds, &mut encoded)?;
            digest.add_encoded(&encoded);
        }
    }
    Ok(digest)
}

/// A row as the CBOR array that its values would be.
fn encode(row: &rusqlite::Row<'_>, kinds: &[Kind], into: &mut Vec<u8>) -> rusqlite::Result<()> {
    let mut encoder = Encoder::new(into);
    // Writing into a Vec cannot fail.
    let _ = encoder.array(u64::try_from(kinds.len()).unwrap_or(u64::MAX));
    for (index, kind) in kinds.iter().enumerate() {
        let stored = row.get_ref(index)?;
        let _ = match (kind, stored) {
            (_, ValueRef::Null) => encoder.null(),
            (Kind::Id | Kind::Bytes, ValueRef::Blob(bytes)) => encoder.bytes(bytes),
            (Kind::Bool, ValueRef::Integer(value)) => encoder.bool(value != 0),
            (Kind::Integer, ValueRef::Integer(value)) => encoder.i64(value),
            (Kind::Text | Kind::Currency, ValueRef::Text(bytes)) => match str::from_utf8(bytes) {
                Ok(text) => encoder.str(text),
                // Damage, which is like nothing that facts say.
                Err(_) => encoder.bytes(bytes),
            },
            (_, other) => {
                let name = row.as_ref().column_name(index)?.to_owned();
                return Err(rusqlite::Error::InvalidColumnType(index, name, other.data_type()));
            }
        };
    }
    Ok(())
}

/// Empties a table, to be made anew.
pub(crate) fn clear_in_tx(tx: &Connection, table: &'static Table) -> Result<(), StoreError> {
    tx.execute(&format!("delete from {}", table.name), [])?;
    Ok(())
}
