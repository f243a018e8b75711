//! One SQL text, two engines: SQLite for one process, PostgreSQL for many.
//!
//! Every statement is written once, with `$1` placeholders and types that both engines know (native uuid on PostgreSQL, blob on SQLite;
//! times as `BIGINT` µs). What has to differ stands in `engine.rs`. Whatever writes does so in a [`Tx`].

mod arguments;
mod engine;
mod error;
mod migration;
mod news;
mod query;
mod row;
mod statement;
mod tx;

pub use arguments::{Arguments, Value};
pub use engine::{Connection, Engine, Lock};
pub use error::DbError;
pub use news::{News, Waiting};
pub use query::{Query, Row};
pub use row::{AnyRow, Stored};
pub use statement::Insert;
pub use tx::Tx;

use arguments::Handle;
use sqlx::{AssertSqlSafe, PgPool, SqlSafeStr, SqlitePool};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError},
};
use tokio::sync::{Mutex, OwnedMutexGuard};
use uuid::Uuid;

/// A database, of either engine. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pools: Pools,
    alone: Arc<std::sync::Mutex<HashMap<Uuid, Arc<Mutex<()>>>>>,
    news: News,
}

/// Held by whoever goes over a company's journal as a whole. Others may write meanwhile, but nobody else does the same.
pub struct Alone {
    _here: OwnedMutexGuard<()>,
    _elsewhere: Option<Tx>,
}

#[derive(Clone, Debug)]
enum Pools {
    /// SQLite has one writer at a time: it gets its own pool of one, so that writers queue here and not on a lock.
    Sqlite {
        read: SqlitePool,
        write: SqlitePool,
    },
    Postgres(PgPool),
}

impl Db {
    /// Opens a database and brings its tables up to date.
    pub async fn open(connection: &Connection) -> Result<Self, DbError> {
        let pools = engine::open(connection).await?;
        engine::migrate(&pools).await?;
        Ok(Self { pools, alone: Arc::default(), news: News::default() })
    }

    /// Which engine it is.
    pub const fn engine(&self) -> Engine {
        match self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// Who waits until a company's journal grows.
    pub const fn news(&self) -> &News {
        &self.news
    }

    /// A single reading statement, outside of any transaction.
    pub fn query(&self, sql: &'static str) -> Query<'_> {
        self.statement(sql.into_sql_str())
    }

    /// A single reading statement whose text was made of the descriptions of tables; never of anything that came from outside.
    pub fn query_made(&self, sql: String) -> Query<'_> {
        self.statement(AssertSqlSafe(sql).into_sql_str())
    }

    /// Waits until nobody else goes over the company's journal, here or in another process.
    pub async fn alone(&self, company: Uuid) -> Result<Alone, DbError> {
        let lock = Arc::clone(self.alone.lock().unwrap_or_else(PoisonError::into_inner).entry(company).or_default());
        let here = lock.lock_owned().await;
        let elsewhere = match self.engine() {
            // One process; and a transaction there would keep all others from writing.
            Engine::Sqlite => None,
            Engine::Postgres => {
                let mut tx = self.begin().await?;
                tx.lock(company, Lock::Journal).await?;
                Some(tx)
            }
        };
        Ok(Alone { _here: here, _elsewhere: elsewhere })
    }

    fn statement(&self, sql: sqlx::SqlStr) -> Query<'_> {
        match &self.pools {
            Pools::Sqlite { read, .. } => Query::new(Handle::SqlitePool(read), sql),
            Pools::Postgres(pool) => Query::new(Handle::PostgresPool(pool), sql),
        }
    }

    /// Begins a transaction that writes. What was not committed is undone when it is dropped.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        Ok(Tx::new(engine::begin(&self.pools).await?, self.news.clone()))
    }

    /// Begins a transaction that sees one state of all tables and changes nothing.
    pub async fn snapshot(&self) -> Result<Tx, DbError> {
        Ok(Tx::new(engine::snapshot(&self.pools).await?, self.news.clone()))
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbError> {
        self.query("SELECT 1").fetch_one::<(i32,)>().await.map(drop)
    }

    /// Closes all connections, after they finished what they were doing.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}
