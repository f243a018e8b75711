//! What `platform::db` promises: one SQL text, two engines.

use crate::world::{World, on_both_engines};
use duka_ledger::table::{Kind, Owner, Table};
use duka_server::platform::db::{Arguments, Db, DbError, Engine, Insert};
use uuid::Uuid;

const STOCK: Insert<'_> = Insert {
    into: "stock",
    columns: &["company", "shop", "product", "unit", "thousandths"],
    tail: "ON CONFLICT (company, shop, product, unit) DO UPDATE SET thousandths = stock.thousandths + excluded.thousandths",
};

fn bind(row: &(u128, i64), values: &mut Arguments) {
    values.bind(Uuid::from_u128(1)).bind(Uuid::from_u128(2)).bind(Uuid::from_u128(row.0)).bind(0_i64).bind(row.1);
}

#[test]
fn many_rows_go_in_at_once_and_balances_are_added_to() {
    on_both_engines(|world| async move {
        let rows: Vec<(u128, i64)> = (0..777).map(|n| (n, 5)).collect();
        for _ in 0..2 {
            let mut tx = world.state.db.begin().await.unwrap();
            assert_eq!(tx.insert(STOCK, &rows, bind).await.unwrap(), 777);
            tx.commit().await.unwrap();
        }
        let read: Vec<(Uuid, i64)> = world
            .state
            .db
            .query("SELECT product, thousandths FROM stock WHERE company = $1")
            .bind(Uuid::from_u128(1))
            .fetch_all()
            .await
            .unwrap();
        assert_eq!(read.len(), 777);
        assert!(read.iter().all(|(_, thousandths)| *thousandths == 10));

        let mut tx = world.state.db.snapshot().await.unwrap();
        let fixed = [Uuid::from_u128(1), Uuid::from_u128(2)];
        let keys: Vec<Uuid> = (0..600).map(|n| Uuid::from_u128(n * 2)).collect();
        let found: Vec<(Uuid,)> = tx
            .fetch_in("SELECT product FROM stock WHERE (company = $1 OR shop = $1) AND shop = $2 AND product IN", &fixed, &keys)
            .await
            .unwrap();
        assert_eq!(found.len(), 389);
    });
}

#[test]
fn every_type_comes_back_as_it_went_in_also_when_it_is_nothing() {
    on_both_engines(|world| async move {
        let (company, product) = (Uuid::from_u128(7), Uuid::from_u128(8));
        let mut tx = world.state.db.begin().await.unwrap();
        tx.query("INSERT INTO device (company, device, key, role, shop, register, name, series, currency) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
            .bind(company)
            .bind(product)
            .bind(vec![0_u8, 255])
            .bind(i64::MIN)
            .bind(Some(Uuid::max()))
            .bind(None::<Uuid>)
            .bind("Thé \u{202e}茶")
            .bind(String::new())
            .bind("GBP")
            .execute()
            .await
            .unwrap();
        let row: (Option<Uuid>, Option<Uuid>, String, Vec<u8>, i64) = tx
            .query("SELECT shop, register, name, key, role FROM device WHERE company = $1 AND device = $2")
            .bind(company)
            .bind(product)
            .fetch_one()
            .await
            .unwrap();
        assert_eq!(row, (Some(Uuid::max()), None, "Thé \u{202e}茶".to_owned(), vec![0, 255], i64::MIN));
        let (flag,): (bool,) = tx.query("SELECT $1 = $2").bind(1_i64).bind(1_i64).fetch_one().await.unwrap();
        assert!(flag);
    });
}

#[test]
fn what_was_not_committed_leaves_no_trace_and_a_double_is_told() {
    on_both_engines(|world| async move {
        let plain = Insert { tail: "", ..STOCK };
        let mut tx = world.state.db.begin().await.unwrap();
        tx.insert(plain, &[(1, 1)], bind).await.unwrap();
        drop(tx);
        let mut tx = world.state.db.begin().await.unwrap();
        tx.insert(plain, &[(1, 1)], bind).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = world.state.db.begin().await.unwrap();
        assert!(matches!(tx.insert(plain, &[(1, 1)], bind).await, Err(DbError::Duplicate(_))));
    });
}

#[test]
fn a_statement_that_writes_runs_only_in_a_transaction() {
    on_both_engines(|world| async move {
        assert!(world.state.db.query("DELETE FROM stock").execute().await.is_err());
        let mut tx = world.state.db.snapshot().await.unwrap();
        assert!(tx.query("DELETE FROM stock").execute().await.is_err());
    });
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    on_both_engines(|world: World| async move {
        let mut tx = world.state.db.begin().await.unwrap();
        tx.query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', TRUE, $1, 0)",
        )
        .bind(vec![0_u8])
        .execute()
        .await
        .unwrap();
        tx.commit().await.unwrap();
        world.state.db.close().await;
        let opened = Db::open(&world.connection).await;
        assert!(matches!(opened, Err(DbError::Newer(9999))), "{opened:?}");
    });
}

/// I1. The tests' PostgreSQL does not wait for its disk unless it is told to.
#[test]
fn what_is_confirmed_is_on_the_disk_whatever_the_database_is_set_to() {
    on_both_engines(|world| async move {
        let mut tx = world.state.db.begin().await.unwrap();
        if world.state.db.engine() == Engine::Sqlite {
            // 2 is FULL.
            for (setting, value) in [("synchronous", 2), ("fullfsync", 1), ("checkpoint_fullfsync", 1)] {
                assert_eq!(tx.query_made(format!("PRAGMA {setting}")).fetch_one::<(i64,)>().await.unwrap(), (value,), "{setting}");
            }
            assert_eq!(tx.query("PRAGMA journal_mode").fetch_one::<(String,)>().await.unwrap().0, "wal");
        } else {
            for (setting, value) in [("synchronous_commit", "on"), ("lock_timeout", "20s"), ("idle_in_transaction_session_timeout", "1min")]
            {
                assert_eq!(tx.query_made(format!("SHOW {setting}")).fetch_one::<(String,)>().await.unwrap().0, value, "{setting}");
            }
            drop(tx);
            let mut aside = world.state.db.alone(Uuid::nil()).await.unwrap().snapshot().await.unwrap();
            assert_eq!(aside.query("SHOW idle_in_transaction_session_timeout").fetch_one::<(String,)>().await.unwrap().0, "0");
        }
    });
}

#[test]
fn ids_currencies_and_truths_that_are_none_do_not_get_into_a_table() {
    on_both_engines(|world| async move {
        for (column, value) in [("id", "x'00'"), ("currency", "'EURO'"), ("active", "7")] {
            let mut tx = world.state.db.begin().await.unwrap();
            let values = match column {
                "id" => format!("{value}, '', '', 0, 'GBP', 0, 0, TRUE, '', ''"),
                "currency" => format!("$1, '', '', 0, {value}, 0, 0, TRUE, '', ''"),
                _ => format!("$1, '', '', 0, 'GBP', 0, 0, {value}, '', ''"),
            };
            let columns = "company, product, name, code, price, currency, rate, unit, active, barcodes, sort_name";
            let query = tx.query_made(format!("INSERT INTO product ({columns}) VALUES ($1, {values})"));
            assert!(query.bind(Uuid::from_u128(1)).execute().await.is_err(), "{column}");
        }
    });
}

/// Name, kind and whether it may be empty, of the columns that the database has, in their order; and the columns of the key in theirs.
async fn columns_of(world: &World, table: &str) -> (Vec<(String, &'static str, bool)>, Vec<String>) {
    let db = &world.state.db;
    let kind = |declared: &str| match declared.to_lowercase().as_str() {
        "uuid" => "id",
        "blob" | "bytea" => "bytes",
        "integer" | "bigint" => "integer",
        "boolean" => "bool",
        "text" => "text",
        _ => "unknown",
    };
    if db.engine() == Engine::Sqlite {
        let rows: Vec<(String, String, i64, i64)> = db
            .query_made(format!("SELECT name, type, \"notnull\", pk FROM pragma_table_info('{table}') ORDER BY cid"))
            .fetch_all()
            .await
            .unwrap();
        let mut key: Vec<(i64, String)> = rows.iter().filter(|row| row.3 > 0).map(|row| (row.3, row.0.clone())).collect();
        key.sort();
        (rows.into_iter().map(|row| (row.0, kind(&row.1), row.2 == 0)).collect(), key.into_iter().map(|(_, name)| name).collect())
    } else {
        let rows: Vec<(String, String, String)> = db
            .query_made(format!(
                "SELECT CAST(column_name AS TEXT), CAST(data_type AS TEXT), CAST(is_nullable AS TEXT) \
                 FROM information_schema.columns WHERE table_name = '{table}' ORDER BY ordinal_position"
            ))
            .fetch_all()
            .await
            .unwrap();
        let key: Vec<(String,)> = db
            .query_made(format!(
                "SELECT CAST(k.column_name AS TEXT) FROM information_schema.table_constraints AS c \
                 JOIN information_schema.key_column_usage AS k ON k.constraint_name = c.constraint_name AND k.table_name = c.table_name \
                 WHERE c.table_name = '{table}' AND c.constraint_type = 'PRIMARY KEY' ORDER BY k.ordinal_position"
            ))
            .fetch_all()
            .await
            .unwrap();
        (rows.into_iter().map(|row| (row.0, kind(&row.1), row.2 == "YES")).collect(), key.into_iter().map(|(name,)| name).collect())
    }
}

#[test]
fn the_tables_are_those_that_the_ledger_describes() {
    on_both_engines(|world| async move {
        let sqlite = world.state.db.engine() == Engine::Sqlite;
        for table in Table::ALL {
            let before: &[&str] = if table.owner == Owner::Shop { &["company", "shop"] } else { &["company"] };
            let kind = |kind: Kind| match kind {
                Kind::Id if sqlite => "bytes",
                Kind::Id => "id",
                Kind::Bool if sqlite => "integer",
                Kind::Bool => "bool",
                Kind::Integer => "integer",
                Kind::Currency | Kind::Text => "text",
                Kind::Bytes => "bytes",
            };
            let mut expected: Vec<(String, &str, bool)> = before.iter().map(|name| ((*name).to_owned(), kind(Kind::Id), false)).collect();
            expected.extend(table.columns.iter().map(|column| (column.name.to_owned(), kind(column.kind), column.optional)));
            if table.name == "product" {
                expected.push(("sort_name".to_owned(), "text", false));
            }
            let key: Vec<String> =
                before.iter().copied().chain(table.key_columns().iter().map(|column| column.name)).map(str::to_owned).collect();
            assert_eq!(columns_of(&world, table.name).await, (expected, key), "{}", table.name);
        }
    });
}
