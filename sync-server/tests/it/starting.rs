//! What a server makes sure of before it serves: that the keys in the database are its own, and that nobody else writes into it.

use crate::postgres;
use duka_core::Currency;
use duka_server::{
    Config, ServeError, company,
    journal::{self, JournalError},
    open,
    platform::{
        db::{Connection, Db, DbError},
        secret::{SecretError, SecretKey},
    },
};
use std::path::Path;

fn configurations(folder: &Path) -> [Config; 2] {
    let postgres = Connection::Postgres { url: postgres::fresh_database(), connections: 2 };
    [Config::in_directory(folder.join("sqlite")), Config { database: postgres, ..Config::in_directory(folder.join("postgres")) }]
}

#[tokio::test]
async fn a_server_whose_secret_key_is_gone_or_is_another_does_not_start_and_makes_no_new_one() {
    let directory = tempfile::tempdir().unwrap();
    for config in configurations(directory.path()) {
        let state = open(&config).await.unwrap();
        let new = duka_api::http::NewCompany { name: "Tea & Sons".into(), currency: Currency::try_new("GBP").unwrap() };
        let company = company::create(&state, new).await.unwrap().company;
        state.db.close().await;

        let (kept, aside) = (config.data_dir.join("secret-key"), config.data_dir.join("aside"));
        std::fs::rename(&kept, &aside).unwrap();
        let lost = open(&config).await.map(drop);
        assert!(matches!(&lost, Err(ServeError::Secret(SecretError::Lost { path })) if *path == kept.display().to_string()), "{lost:?}");
        assert!(!kept.exists());
        let other = Config { secret_key: Some(SecretKey::try_from_hex(&"5a".repeat(32)).unwrap()), ..config.clone() };
        let wrong = open(&other).await.map(drop);
        assert!(matches!(wrong, Err(ServeError::Journal(JournalError::Secret(SecretError::Sealed)))), "{wrong:?}");

        std::fs::rename(&aside, &kept).unwrap();
        let state = open(&config).await.unwrap();
        assert!(journal::server_of(&state, company).await.is_ok());
        state.db.close().await;
    }
}

#[tokio::test]
async fn two_servers_that_begin_with_an_empty_database_at_once_end_up_with_one_secret_key() {
    let directory = tempfile::tempdir().unwrap();
    let database = Connection::Postgres { url: postgres::fresh_database(), connections: 2 };
    // The tables are there, so that both are as fast.
    Db::open(&database).await.unwrap().close().await;
    let config = |folder: &str| Config { database: database.clone(), ..Config::in_directory(directory.path().join(folder)) };
    let (one, other) = (config("one"), config("other"));
    let started = tokio::join!(open(&one), open(&other));
    let servers = [started.0, started.1].into_iter().flatten();
    let secrets: Vec<_> = servers.map(|state| async move { journal::seal(&state).await }).collect();
    assert!(!secrets.is_empty());
    for sealed in secrets {
        sealed.await.unwrap();
    }
}

#[tokio::test]
async fn a_sqlite_database_that_a_server_has_open_is_not_opened_by_another_until_that_has_closed_it() {
    let directory = tempfile::tempdir().unwrap();
    let config = Config::in_directory(directory.path());
    let state = open(&config).await.unwrap();
    let second = open(&config).await.map(drop);
    assert!(matches!(second, Err(ServeError::Db(DbError::InUse(_)))), "{second:?}");
    state.db.close().await;
    open(&config).await.unwrap().db.close().await;
}
