//! The tables that follow from facts are in the database what the ledger says they are.

use crate::world::Shop;
use duka_ledger::table::{Column, Kind, Table, Write};
use rusqlite::ffi::SQLITE_CONSTRAINT_CHECK;

/// A column as SQLite has it: name, type, whether it must be filled, place in the key (0: none).
fn columns(db: &rusqlite::Connection, table: &str) -> Vec<(String, String, bool, u32)> {
    let mut statement = db.prepare(&format!("pragma table_info({table})")).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(1)?, row.get(2)?, row.get(3)?, row.get::<_, u32>(5)?)));
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn every_table_has_the_columns_and_the_key_that_the_ledger_describes() {
    let shop = Shop::fresh(1);
    let db = shop.raw();
    for table in Table::ALL {
        let found = columns(&db, table.name);
        for (at, column) in table.columns.iter().enumerate() {
            let kind = match column.kind {
                Kind::Id | Kind::Bytes => "BLOB",
                Kind::Bool | Kind::Integer => "INTEGER",
                Kind::Currency | Kind::Text => "TEXT",
            };
            let what = format!("{}.{}", table.name, column.name);
            let (_, its_kind, filled, key) = found.iter().find(|(name, ..)| name == column.name).expect(&what);
            assert_eq!((its_kind.to_uppercase().as_str(), *filled), (kind, !column.optional), "{what}");
            // A product stands under its record's number here, which the words of a search need.
            if table.write != Write::Record {
                assert_eq!(*key, if at < table.key { u32::try_from(at).unwrap() + 1 } else { 0 }, "{what}: its place in the key");
            }
        }
        let extra = found.len() - table.columns.len();
        assert_eq!(extra, usize::from(table.write == Write::Record), "{} has columns that no fact fills", table.name);
    }
}

/// A value that a column takes, and one of its own type that it must refuse.
fn right_and_wrong(column: &Column) -> (&'static str, Option<&'static str>) {
    match column.kind {
        Kind::Id => ("zeroblob(16)", Some("zeroblob(15)")),
        Kind::Bool => ("1", Some("2")),
        Kind::Currency => ("'GBP'", Some("'POUND'")),
        Kind::Integer => ("1", None),
        Kind::Text => ("'text'", None),
        Kind::Bytes => ("zeroblob(32)", None),
    }
}

/// Inserts a row and takes it back; gives the code of the database's refusal.
fn insert(db: &mut rusqlite::Connection, table: &Table, values: &[&str]) -> Option<i32> {
    // A product stands under its record's number.
    let (number, its) = if table.write == Write::Record { ("n, ", "1, ") } else { ("", "") };
    let text = format!("insert into {} ({number}{}) values ({its}{})", table.name, table.names(), values.join(", "));
    let tx = db.transaction().unwrap();
    tx.execute_batch("insert into record (n, record, document) values (1, zeroblob(16), zeroblob(1))").unwrap();
    let refused = tx.execute_batch(&text).err();
    refused.map(|fault| fault.sqlite_error().unwrap_or_else(|| panic!("{text}: {fault}")).extended_code)
}

#[test]
fn no_table_of_a_till_takes_an_id_a_currency_or_a_yes_or_no_that_is_none() {
    let shop = Shop::fresh(1);
    let mut db = shop.raw();
    for table in Table::ALL {
        let right: Vec<&str> = table.columns.iter().map(|column| right_and_wrong(column).0).collect();
        assert_eq!(insert(&mut db, table, &right), None, "{}", table.name);
        for (at, column) in table.columns.iter().enumerate() {
            if let Some(wrong) = right_and_wrong(column).1 {
                let mut values = right.clone();
                values[at] = wrong;
                assert_eq!(insert(&mut db, table, &values), Some(SQLITE_CONSTRAINT_CHECK), "{}.{} takes {wrong}", table.name, column.name);
            }
        }
    }
}
