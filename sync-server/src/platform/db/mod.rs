//! One SQL text, two engines: SQLite for one process, PostgreSQL for many.
//!
//! Every statement is written once, with `$1` placeholders and types that both engines know (native uuid on PostgreSQL, blob on SQLite;
//! times as `BIGINT` µs). What has to differ stands in `engine.rs`. Whatever writes does so in a [`Tx`].

mod arguments;
mod engine;
mod error;
mod migration;
mod query;
mod statement;
mod tx;

pub use arguments::{Arguments, Value};
pub use engine::{Connection, Engine, Lock};
pub use error::DbError;
pub use query::{Query, Row};
pub use statement::Insert;
pub use tx::Tx;

use arguments::Handle;
use sqlx::{PgPool, SqlSafeStr, SqlitePool};

/// A database, of either engine. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db(Pools);

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
        let db = Self(engine::open(connection).await?);
        engine::migrate(&db.0).await?;
        Ok(db)
    }

    /// Which engine it is.
    pub const fn engine(&self) -> Engine {
        match self.0 {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// A single reading statement, outside of any transaction.
    pub fn query<'d>(&'d self, sql: &'static str) -> Query<'d> {
        self.statement(sql.into_sql_str())
    }

    fn statement(&self, sql: sqlx::SqlStr) -> Query<'_> {
        match &self.0 {
            Pools::Sqlite { read, .. } => Query::new(Handle::SqlitePool(read), sql),
            Pools::Postgres(pool) => Query::new(Handle::PostgresPool(pool), sql),
        }
    }

    /// Begins a transaction that writes. What was not committed is undone when it is dropped.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        engine::begin(&self.0).await
    }

    /// Begins a transaction that sees one state of all tables and changes nothing.
    pub async fn snapshot(&self) -> Result<Tx, DbError> {
        engine::snapshot(&self.0).await
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbError> {
        self.query("SELECT 1").fetch_one::<(i32,)>().await.map(drop)
    }

    /// Closes all connections, after they finished what they were doing.
    pub async fn close(&self) {
        match &self.0 {
            Pools::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}
