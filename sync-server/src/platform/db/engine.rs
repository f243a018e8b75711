//! What the two engines do differently: opening, migrating, beginning, locking.

use super::{DbError, Pools, Tx, migration::migrator, tx::Open};
use sqlx::{
    AssertSqlSafe, ConnectOptions, SqlSafeStr, SqlStr,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{path::PathBuf, str::FromStr, time::Duration};
use uuid::Uuid;

/// How long a request waits for a free connection or for SQLite's writer.
const PATIENCE: Duration = Duration::from_secs(20);
/// Prepared statements kept per connection.
const STATEMENTS: usize = 400;

/// Which engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// One process, one file.
    Sqlite,
    /// Many processes.
    Postgres,
}

/// Where a database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connection {
    /// A file; made if it is not there.
    Sqlite {
        /// Its path.
        path: PathBuf,
        /// Readers at the same time.
        readers: u32,
    },
    /// A server.
    Postgres {
        /// `postgres://user:password@host:port/database`.
        url: String,
        /// Connections at most.
        connections: u32,
    },
}

/// How much of a company a transaction keeps others from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Others may add entries too, but nobody may edit records or rebuild.
    Shared,
    /// Nobody else writes for this company.
    Exclusive,
    /// Nobody else goes over its journal as a whole; writing goes on.
    Journal,
}

pub(super) async fn open(connection: &Connection) -> Result<Pools, DbError> {
    match connection {
        Connection::Sqlite { path, readers } => {
            let options = SqliteConnectOptions::new()
                .filename(path)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(waiting_for_the_disk())
                .foreign_keys(true)
                .busy_timeout(PATIENCE)
                .statement_cache_capacity(STATEMENTS)
                .disable_statement_logging();
            let write = SqlitePoolOptions::new().max_connections(1).acquire_timeout(PATIENCE).connect_with(options.clone()).await?;
            let read = SqlitePoolOptions::new()
                .max_connections((*readers).max(1))
                .acquire_timeout(PATIENCE)
                .connect_with(options.pragma("query_only", "ON"))
                .await?;
            Ok(Pools::Sqlite { read, write })
        }
        Connection::Postgres { url, connections } => {
            let options = PgConnectOptions::from_str(url)?.statement_cache_capacity(STATEMENTS).disable_statement_logging();
            let pool = PgPoolOptions::new().max_connections((*connections).max(1)).acquire_timeout(PATIENCE).connect_with(options).await?;
            Ok(Pools::Postgres(pool))
        }
    }
}

/// Until a commit is on the disk: what was acknowledged survives a power cut (I1). A test plants less, to see that a power cut would then be
/// noticed; no release build hears of it.
fn waiting_for_the_disk() -> SqliteSynchronous {
    let planted = if cfg!(debug_assertions) { std::env::var("DUKA_PLANTED_SYNCHRONOUS").ok() } else { None };
    match planted.as_deref() {
        Some("0") => SqliteSynchronous::Off,
        Some("1") => SqliteSynchronous::Normal,
        _ => SqliteSynchronous::Full,
    }
}

pub(super) async fn migrate(pools: &Pools) -> Result<(), DbError> {
    match pools {
        Pools::Sqlite { write, .. } => migrator(Engine::Sqlite).run(write).await?,
        Pools::Postgres(pool) => migrator(Engine::Postgres).run(pool).await?,
    }
    Ok(())
}

pub(super) async fn begin(pools: &Pools) -> Result<Open, DbError> {
    Ok(match pools {
        // IMMEDIATE: a transaction that reads before it writes must not find out later that it may not.
        Pools::Sqlite { write, .. } => Open::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
        Pools::Postgres(pool) => Open::Postgres(pool.begin().await?),
    })
}

pub(super) async fn snapshot(pools: &Pools) -> Result<Open, DbError> {
    Ok(match pools {
        Pools::Sqlite { read, .. } => Open::Sqlite(read.begin().await?),
        Pools::Postgres(pool) => Open::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?),
    })
}

/// SQLite's writer is alone anyway.
pub(super) fn locked(engine: Engine, sql: &'static str) -> SqlStr {
    match engine {
        Engine::Sqlite => sql.into_sql_str(),
        Engine::Postgres => AssertSqlSafe(format!("{sql} FOR UPDATE")).into_sql_str(),
    }
}

pub(super) async fn lock(tx: &mut Tx, company: Uuid, lock: Lock) -> Result<(), DbError> {
    if tx.engine() == Engine::Sqlite {
        return Ok(());
    }
    let (high, low) = company.as_u64_pair();
    let key = i64::from_be_bytes((high ^ low).to_be_bytes());
    let (statement, key) = match lock {
        Lock::Shared => ("SELECT pg_advisory_xact_lock_shared($1)", key),
        Lock::Exclusive => ("SELECT pg_advisory_xact_lock($1)", key),
        Lock::Journal => ("SELECT pg_advisory_xact_lock($1)", key.wrapping_add(1)),
    };
    tx.query(statement).bind(key).execute().await.map(drop)
}
