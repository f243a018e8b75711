//! Filling empty tables from a whole journal: with less work for each fact than one after the other would be.

use super::write_in_tx;
use crate::platform::StoreError;
use duka_ledger::table::{Row, Table, Value, Write};
use rusqlite::Connection;
use std::collections::HashMap;

/// Sums that are gathered before they are written: of many facts, each sum once.
#[derive(Default)]
pub(crate) struct Sums(Vec<OfTable>);

/// The sums of a table, by key.
struct OfTable {
    table: &'static Table,
    sums: HashMap<Vec<Value>, Vec<i64>>,
}

impl OfTable {
    fn add(&mut self, values: &[Value]) -> Result<(), StoreError> {
        let Self { table, sums } = self;
        let (key, more) = values.split_at_checked(table.key).unwrap_or((values, &[]));
        let fault = |what| StoreError::Fault(format!("a sum of {} {what}", table.name));
        // Most are there already: only a new one needs a key of its own.
        let mut none = Vec::new();
        let sum = sums.get_mut(key).unwrap_or(&mut none);
        sum.resize(more.len(), 0);
        for (sum, more) in sum.iter_mut().zip(more) {
            let Value::Integer(more) = more else { return Err(fault("is no number")) };
            *sum = sum.checked_add(*more).ok_or_else(|| fault("is too large"))?;
        }
        if !none.is_empty() {
            sums.insert(key.to_vec(), none);
        }
        Ok(())
    }
}

impl Sums {
    /// Takes those of some rows that go into sums; gives the others.
    pub(crate) fn gather(&mut self, rows: Vec<Row>) -> Result<Vec<Row>, StoreError> {
        let mut others = Vec::with_capacity(rows.len());
        for row in rows {
            if row.table.write == Write::Sum {
                self.of(row.table).add(&row.values)?;
            } else {
                others.push(row);
            }
        }
        Ok(others)
    }

    fn of(&mut self, table: &'static Table) -> &mut OfTable {
        let at = self.0.iter().position(|of_table| of_table.table.name == table.name).unwrap_or_else(|| {
            self.0.push(OfTable { table, sums: HashMap::new() });
            self.0.len() - 1
        });
        &mut self.0[at]
    }

    /// Writes them.
    pub(crate) fn write_in_tx(self, tx: &Connection) -> Result<(), StoreError> {
        write_in_tx(tx, &self.rows().collect::<Vec<_>>())
    }

    /// As rows. A sum of nothing counts as absent.
    pub(crate) fn rows(self) -> impl Iterator<Item = Row> {
        self.0.into_iter().flat_map(|OfTable { table, sums }| {
            let of_something = sums.into_iter().filter(|(_, sums)| sums.iter().any(|sum| *sum != 0));
            of_something.map(move |(mut values, sums)| {
                values.extend(sums.into_iter().map(Value::Integer));
                Row { table, values }
            })
        })
    }
}

/// Takes the indices off tables while they are filled; to be made again when they are full.
pub(crate) fn drop_indices_in_tx(tx: &Connection, tables: &[&Table]) -> Result<Vec<String>, StoreError> {
    let mut statement =
        tx.prepare("select tbl_name, name, sql from sqlite_schema where type = 'index' and sql is not null order by name")?;
    let all: Vec<(String, String, String)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<_, _>>()?;
    let of_tables = all.into_iter().filter(|(table, ..)| tables.iter().any(|emptied| emptied.name == table));
    of_tables
        .map(|(_, name, text)| {
            tx.execute_batch(&format!("drop index {name}"))?;
            Ok(text)
        })
        .collect()
}

/// Makes indices again that were taken off.
pub(crate) fn make_indices_in_tx(tx: &Connection, texts: &[String]) -> Result<(), StoreError> {
    Ok(texts.iter().try_for_each(|text| tx.execute_batch(text))?)
}
