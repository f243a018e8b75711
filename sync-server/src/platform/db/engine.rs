//! What the two engines do differently: opening, migrating, beginning, locking.

use super::{DbError, Pools, Tx, carry::carry_through, lock_file::LockFile, migration::migrator, statistics, tx::Open};
use sqlx::{
    AssertSqlSafe, ConnectOptions, PgPool, Postgres, SqlSafeStr, SqlStr, Sqlite, SqlitePool, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{path::PathBuf, str::FromStr, sync::Arc, time::Duration};
use uuid::Uuid;

/// How long a request waits for a free connection, for SQLite's writer, or for a lock.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);
/// Companies' journals that can be gone over as a whole at the same time (I11).
pub(super) const JOURNEYS: usize = 4;
/// Connections for that, beside all others: one to read with each, and one to hold PostgreSQL's lock.
const ASIDE: u32 = 8;
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
}

pub(super) async fn open(connection: &Connection) -> Result<Pools, DbError> {
    match connection {
        Connection::Sqlite { path, readers } => {
            let file = Arc::new(LockFile::take(path)?);
            let options = SqliteConnectOptions::new()
                .filename(path)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(waiting_for_the_disk())
                // Where a flush leaves things in the disk's own memory (macOS), one that does not.
                .pragma("fullfsync", "ON")
                .pragma("checkpoint_fullfsync", "ON")
                .foreign_keys(true)
                .busy_timeout(PATIENCE)
                .statement_cache_capacity(STATEMENTS)
                .disable_statement_logging();
            let pool = |most: u32| SqlitePoolOptions::new().max_connections(most.max(1)).acquire_timeout(PATIENCE);
            let write = pool(1).connect_with(options.clone()).await?;
            let reading = options.pragma("query_only", "ON");
            let aside = pool(ASIDE).connect_lazy_with(reading.clone());
            // Opened when they are needed, and so after the tables and their statistics are there.
            let read = pool(*readers).connect_lazy_with(reading);
            Ok(Pools::Sqlite { read, write, aside, file })
        }
        Connection::Postgres { url, connections } => {
            let options = PgConnectOptions::from_str(url)?.statement_cache_capacity(STATEMENTS).disable_statement_logging();
            // Whatever the role, the database or the cluster says: what is confirmed is on the disk (I1), and nobody waits for ever.
            let patience = format!("{}ms", PATIENCE.as_millis());
            let options = options.options([("synchronous_commit", "on"), ("lock_timeout", &patience)]);
            let pool = |most: u32| PgPoolOptions::new().max_connections(most.max(1)).acquire_timeout(PATIENCE);
            let short = options.clone().options([("idle_in_transaction_session_timeout", "60s")]);
            // Whoever holds a journal's lock says nothing meanwhile.
            let long = options.options([("idle_in_transaction_session_timeout", "0")]);
            Ok(Pools::Postgres { pool: pool(*connections).connect_with(short).await?, aside: pool(ASIDE).connect_lazy_with(long) })
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
        Pools::Sqlite { write, .. } => {
            migrator(Engine::Sqlite).run(write).await?;
            statistics::tell(write).await?;
        }
        Pools::Postgres { pool, .. } => migrator(Engine::Postgres).run(pool).await?,
    }
    Ok(())
}

pub(super) async fn begin(pools: &Pools) -> Result<Open, DbError> {
    Ok(match pools {
        // IMMEDIATE: a transaction that reads before it writes must not find out later that it may not.
        Pools::Sqlite { write, .. } => Open::Sqlite(sqlite(write, Some("BEGIN IMMEDIATE")).await?),
        Pools::Postgres { pool, .. } => Open::Postgres(postgres(pool, None).await?),
    })
}

const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

pub(super) async fn snapshot(pools: &Pools) -> Result<Open, DbError> {
    Ok(match pools {
        Pools::Sqlite { read, .. } => Open::Sqlite(sqlite(read, None).await?),
        Pools::Postgres { pool, .. } => Open::Postgres(postgres(pool, Some(SNAPSHOT)).await?),
    })
}

pub(super) async fn snapshot_aside(pools: &Pools) -> Result<Open, DbError> {
    Ok(match pools {
        Pools::Sqlite { aside, .. } => Open::Sqlite(sqlite(aside, None).await?),
        Pools::Postgres { aside, .. } => Open::Postgres(postgres(aside, Some(SNAPSHOT)).await?),
    })
}

/// A transaction that only holds a lock.
pub(super) async fn aside(pools: &Pools) -> Result<Open, DbError> {
    Ok(match pools {
        Pools::Sqlite { aside, .. } => Open::Sqlite(sqlite(aside, None).await?),
        Pools::Postgres { aside, .. } => Open::Postgres(postgres(aside, None).await?),
    })
}

async fn sqlite(pool: &SqlitePool, begin: Option<&'static str>) -> Result<Transaction<'static, Sqlite>, DbError> {
    let pool = pool.clone();
    carry_through(async move { if let Some(begin) = begin { pool.begin_with(begin).await } else { pool.begin().await } }).await
}

async fn postgres(pool: &PgPool, begin: Option<&'static str>) -> Result<Transaction<'static, Postgres>, DbError> {
    let pool = pool.clone();
    carry_through(async move { if let Some(begin) = begin { pool.begin_with(begin).await } else { pool.begin().await } }).await
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
    let statement = match lock {
        Lock::Shared => "SELECT pg_advisory_xact_lock_shared($1)",
        Lock::Exclusive => "SELECT pg_advisory_xact_lock($1)",
    };
    tx.query(statement).bind(key(company)).execute().await.map(drop)
}

/// Keeps other processes from going over a company's journal; writing goes on.
pub(super) async fn lock_journal(tx: &mut Tx, company: Uuid) -> Result<(), DbError> {
    tx.query("SELECT pg_advisory_xact_lock($1)").bind(key(company).wrapping_add(1)).execute().await.map(drop)
}

/// What stands for a company in PostgreSQL's advisory locks.
fn key(company: Uuid) -> i64 {
    let (high, low) = company.as_u64_pair();
    i64::from_be_bytes((high ^ low).to_be_bytes())
}
