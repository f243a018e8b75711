//! The tables that follow from facts are in the database what the ledger says they are.

use crate::world::Shop;
use duka_ledger::table::{Kind, Table, Write};

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
