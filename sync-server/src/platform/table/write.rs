//! Writing described rows, many to a statement, and taking them out again.

use super::{Place, before, value};
use crate::platform::db::{Arguments, DbError, Insert, Tx};
use duka_ledger::table::{Row, Table, Value, Write};
use std::collections::BTreeMap;

/// Rows for one place, gathered from many facts.
#[derive(Default)]
pub struct Rows {
    once: BTreeMap<&'static str, (&'static Table, Vec<Vec<Value>>)>,
    sums: BTreeMap<&'static str, (&'static Table, Sums)>,
}

/// Added up by key, and sorted by it: so nobody waits for another's rows in a circle.
type Sums = BTreeMap<Vec<u8>, Vec<Value>>;

impl Rows {
    /// Adds a row.
    pub fn add(&mut self, row: Row) -> Result<(), DbError> {
        let Row { table, values } = row;
        match table.write {
            Write::Once | Write::Record => self.once.entry(table.name).or_insert_with(|| (table, Vec::new())).1.push(values),
            Write::Sum => {
                let key = minicbor::to_vec(values.get(..table.key).unwrap_or(&values)).unwrap_or_default();
                let sums = &mut self.sums.entry(table.name).or_insert_with(|| (table, Sums::new())).1;
                match sums.get_mut(&key) {
                    Some(sum) => add_to(table, sum, &values)?,
                    None => drop(sums.insert(key, values)),
                }
            }
        }
        Ok(())
    }

    /// Takes a row of a table of sums off.
    pub fn subtract(&mut self, row: Row) -> Result<(), DbError> {
        let Row { table, mut values } = row;
        negate(table, &mut values)?;
        self.add(Row { table, values })
    }

    /// The sums, each with its table.
    pub fn sums(&self) -> impl Iterator<Item = Row> {
        self.sums.values().flat_map(|(table, sums)| sums.values().map(move |values| Row { table, values: values.clone() }))
    }
}

fn add_to(table: &Table, sum: &mut [Value], more: &[Value]) -> Result<(), DbError> {
    for (sum, more) in sum.iter_mut().zip(more).skip(table.key) {
        if let (Value::Integer(sum), Value::Integer(more)) = (sum, more) {
            *sum = sum.checked_add(*more).ok_or_else(|| DbError::damaged("sum"))?;
        }
    }
    Ok(())
}

fn negate(table: &Table, values: &mut [Value]) -> Result<(), DbError> {
    for value in values.iter_mut().skip(table.key) {
        if let Value::Integer(sum) = value {
            *sum = sum.checked_neg().ok_or_else(|| DbError::damaged("sum"))?;
        }
    }
    Ok(())
}

/// Writes rows; how many of those that come in once were there already. They are left as they are.
pub async fn write(tx: &mut Tx, place: Place, rows: Rows) -> Result<u64, DbError> {
    let mut known = 0_u64;
    for (table, rows) in rows.once.into_values() {
        let written = insert(tx, place, table, &rows, "ON CONFLICT DO NOTHING").await?;
        known = known.saturating_add(u64::try_from(rows.len()).unwrap_or(u64::MAX).saturating_sub(written));
    }
    for (table, sums) in rows.sums.into_values() {
        let sums: Vec<Vec<Value>> = sums.into_values().collect();
        add(tx, place, table, &sums).await?;
    }
    Ok(known)
}

/// Writes rows; one that stands under the key of another takes its place.
pub async fn overwrite(tx: &mut Tx, place: Place, rows: Rows) -> Result<(), DbError> {
    for (table, rows) in rows.once.into_values() {
        let set: Vec<String> = table.other_columns().iter().map(|column| format!("{0} = excluded.{0}", column.name)).collect();
        insert(tx, place, table, &rows, &format!("ON CONFLICT ({}) DO UPDATE SET {}", key(table), set.join(", "))).await?;
    }
    write(tx, place, Rows { once: BTreeMap::new(), sums: rows.sums }).await.map(drop)
}

/// Takes rows out again: those that came in once are removed, what was added to sums is taken off.
pub async fn take_out(tx: &mut Tx, place: Place, rows: Rows) -> Result<(), DbError> {
    for (table, rows) in rows.once.into_values() {
        for values in rows {
            remove(tx, place, table, &values).await?;
        }
    }
    for (table, sums) in rows.sums.into_values() {
        let mut taken: Vec<Vec<Value>> = sums.into_values().collect();
        for values in &mut taken {
            negate(table, values)?;
        }
        add(tx, place, table, &taken).await?;
    }
    Ok(())
}

/// Removes the row with the key that these values begin with.
pub async fn remove(tx: &mut Tx, place: Place, table: &'static Table, values: &[Value]) -> Result<(), DbError> {
    let conditions: Vec<String> = (1_usize..).zip(key_names(table)).map(|(number, name)| format!("{name} = ${number}")).collect();
    let mut query = tx.query_made(format!("DELETE FROM {} WHERE {}", table.name, conditions.join(" AND ")));
    place.bind(table, query.arguments());
    for (column, value) in table.key_columns().iter().zip(values) {
        value::bind(query.arguments(), column, value);
    }
    query.execute().await.map(drop)
}

async fn add(tx: &mut Tx, place: Place, table: &'static Table, rows: &[Vec<Value>]) -> Result<(), DbError> {
    let added: Vec<String> =
        table.other_columns().iter().map(|column| format!("{0} = {1}.{0} + excluded.{0}", column.name, table.name)).collect();
    insert(tx, place, table, rows, &format!("ON CONFLICT ({}) DO UPDATE SET {}", key(table), added.join(", "))).await.map(drop)
}

/// The columns of the whole key here.
fn key_names(table: &'static Table) -> impl Iterator<Item = &'static str> {
    before(table).iter().copied().chain(table.key_columns().iter().map(|column| column.name))
}

fn key(table: &'static Table) -> String {
    key_names(table).collect::<Vec<_>>().join(", ")
}

/// Puts rows there whole, each with a text that only this server keeps in `extra`, whatever stood under their keys.
pub async fn put(
    tx: &mut Tx,
    place: Place,
    table: &'static Table,
    extra: &'static str,
    rows: &[(Vec<Value>, String)],
) -> Result<(), DbError> {
    let others = table.other_columns().iter().map(|column| column.name).chain([extra]);
    let set: Vec<String> = others.map(|name| format!("{name} = excluded.{name}")).collect();
    let tail = format!("ON CONFLICT ({}) DO UPDATE SET {}", key(table), set.join(", "));
    let columns: Vec<&str> = names(table).chain([extra]).collect();
    tx.insert(Insert { into: table.name, columns: &columns, tail: &tail }, rows, |(values, text), arguments| {
        bind_row(place, table, values, arguments);
        arguments.bind(text.clone());
    })
    .await
    .map(drop)
}

fn names(table: &'static Table) -> impl Iterator<Item = &'static str> {
    before(table).iter().copied().chain(table.columns.iter().map(|column| column.name))
}

fn bind_row(place: Place, table: &Table, values: &[Value], arguments: &mut Arguments) {
    place.bind(table, arguments);
    for (column, value) in table.columns.iter().zip(values) {
        value::bind(arguments, column, value);
    }
}

async fn insert(tx: &mut Tx, place: Place, table: &'static Table, rows: &[Vec<Value>], tail: &str) -> Result<u64, DbError> {
    let columns: Vec<&str> = names(table).collect();
    tx.insert(Insert { into: table.name, columns: &columns, tail }, rows, |values, arguments| bind_row(place, table, values, arguments))
        .await
}
