//! What `store::Db` promises: one SQL text, two engines.

use crate::world::{World, on_both_engines};
use duka_server::platform::db::{Arguments, Db, DbError, Insert};
use uuid::Uuid;

const STOCK: Insert = Insert {
    into: "stock",
    columns: &["company", "shop", "product", "thousandths_high", "thousandths_low"],
    tail: "ON CONFLICT (company, shop, product) DO UPDATE SET thousandths_low = stock.thousandths_low + excluded.thousandths_low",
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
            .query("SELECT product, thousandths_low FROM stock WHERE company = $1")
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
        let (company, device) = (Uuid::from_u128(7), Uuid::from_u128(8));
        let key: Vec<u8> = [0, 255].repeat(16);
        let mut tx = world.state.db.begin().await.unwrap();
        tx.query("INSERT INTO device (company, device, shop, register, name, series, public_key, state, enrolled_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
            .bind(company)
            .bind(device)
            .bind(Some(Uuid::max()))
            .bind(None::<Uuid>)
            .bind("Thé \u{202e}茶")
            .bind(String::new())
            .bind(key.clone())
            .bind("active")
            .bind(i64::MIN)
            .execute()
            .await
            .unwrap();
        let row: (Option<Uuid>, Option<Uuid>, String, Vec<u8>, i64) = tx
            .query("SELECT shop, register, name, public_key, enrolled_at FROM device WHERE company = $1 AND device = $2")
            .bind(company)
            .bind(device)
            .fetch_one()
            .await
            .unwrap();
        assert_eq!(row, (Some(Uuid::max()), None, "Thé \u{202e}茶".to_owned(), key, i64::MIN));
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
        let opened = Db::open(&world.connection).await;
        assert!(matches!(opened, Err(DbError::Newer(9999))), "{opened:?}");
    });
}

#[test]
fn sqlite_makes_durable_what_it_confirms() {
    on_both_engines(|world| async move {
        if world.state.db.engine() == duka_server::platform::db::Engine::Sqlite {
            let mut tx = world.state.db.begin().await.unwrap();
            // I1: 2 is FULL.
            assert_eq!(tx.query("PRAGMA synchronous").fetch_one::<(i64,)>().await.unwrap(), (2,));
            assert_eq!(tx.query("PRAGMA journal_mode").fetch_one::<(String,)>().await.unwrap().0, "wal");
        }
    });
}
