//! One SQL text, two engines: SQLite for one process, PostgreSQL for many.
//!
//! Every statement is written once, with `$1` placeholders and types that both engines know (native uuid on PostgreSQL, blob on SQLite;
//! times as `BIGINT` µs). What has to differ stands in `engine.rs`. Whatever writes does so in a [`Tx`].

mod arguments;
mod backlog;
mod carry;
mod engine;
mod error;
mod lock_file;
mod migration;
mod news;
mod query;
mod queue;
mod row;
mod statement;
mod statistics;
mod tx;

pub use arguments::{Arguments, Value};
pub use backlog::{Attending, Backlog};
pub use engine::{Connection, Engine, Lock};
pub use error::DbError;
pub use news::{News, Waiting};
pub use query::{Query, Row};
pub use row::{AnyRow, Stored};
pub use statement::Insert;
pub use tx::Tx;

use arguments::Handle;
use lock_file::LockFile;
use queue::{Journey, Queues};
use sqlx::{AssertSqlSafe, PgPool, SqlSafeStr, SqlitePool};
use std::sync::Arc;
use uuid::Uuid;

/// A database, of either engine. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pools: Pools,
    queues: Queues,
    told: Told,
}

/// Who hears of commits.
#[derive(Clone, Debug, Default)]
struct Told {
    news: News,
    backlog: Backlog,
}

/// Held by whoever goes over a company's journal as a whole. Others may write meanwhile, but nobody else does the same.
pub struct Alone {
    db: Db,
    _here: Journey,
    elsewhere: Option<Tx>,
}

/// Connections. What goes over a journal as a whole takes minutes: it has `aside` for its lock and for what it reads, so that everybody else's
/// connections are for what is short.
#[derive(Clone, Debug)]
enum Pools {
    /// SQLite has one writer at a time: it gets its own pool of one, so that writers queue here and not on a lock.
    Sqlite {
        read: SqlitePool,
        write: SqlitePool,
        aside: SqlitePool,
        file: Arc<LockFile>,
    },
    Postgres {
        pool: PgPool,
        aside: PgPool,
    },
}

impl Db {
    /// Opens a database and brings its tables up to date.
    pub async fn open(connection: &Connection) -> Result<Self, DbError> {
        let pools = engine::open(connection).await?;
        engine::migrate(&pools).await?;
        Ok(Self { pools, queues: Queues::new(engine::JOURNEYS), told: Told::default() })
    }

    /// Which engine it is.
    pub const fn engine(&self) -> Engine {
        match self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres { .. } => Engine::Postgres,
        }
    }

    /// Who waits until a company's journal grows.
    pub const fn news(&self) -> &News {
        &self.told.news
    }

    /// What commits left to do.
    pub const fn backlog(&self) -> &Backlog {
        &self.told.backlog
    }

    /// A single reading statement, outside of any transaction.
    pub fn query(&self, sql: &'static str) -> Query<'_> {
        self.statement(sql.into_sql_str())
    }

    /// A single reading statement whose text was made of the descriptions of tables; never of anything that came from outside.
    pub fn query_made(&self, sql: String) -> Query<'_> {
        self.statement(AssertSqlSafe(sql).into_sql_str())
    }

    /// Waits until nobody else goes over the company's journal, here or in another process, and until not too many are at it for others.
    pub async fn alone(&self, company: Uuid) -> Result<Alone, DbError> {
        let here = self.queues.journey(company).await;
        let elsewhere = match self.engine() {
            // One process; and a transaction there would keep all others from writing.
            Engine::Sqlite => None,
            Engine::Postgres => {
                let mut tx = Tx::new(engine::aside(&self.pools).await?, self.told.clone());
                engine::lock_journal(&mut tx, company).await?;
                Some(tx)
            }
        };
        Ok(Alone { db: self.clone(), _here: here, elsewhere })
    }

    fn statement(&self, sql: sqlx::SqlStr) -> Query<'_> {
        match &self.pools {
            Pools::Sqlite { read, .. } => Query::new(Handle::SqlitePool(read), sql),
            Pools::Postgres { pool, .. } => Query::new(Handle::PostgresPool(pool), sql),
        }
    }

    /// Begins a transaction that writes. What was not committed is undone when it is dropped.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        Ok(Tx::new(engine::begin(&self.pools).await?, self.told.clone()))
    }

    /// Begins a transaction that writes for a company, and keeps others from it as far as `lock` says until its end. Who waits holds no connection.
    pub async fn begin_locked(&self, company: Uuid, lock: Lock) -> Result<Tx, DbError> {
        // SQLite's writer is alone anyway.
        if self.engine() == Engine::Sqlite {
            return self.begin().await;
        }
        let turn = self.queues.write(company, lock, engine::PATIENCE).await?;
        let mut tx = self.begin().await?.with_turn(turn);
        tx.lock(company, lock).await?;
        Ok(tx)
    }

    /// Begins a transaction that sees one state of all tables and changes nothing.
    pub async fn snapshot(&self) -> Result<Tx, DbError> {
        Ok(Tx::new(engine::snapshot(&self.pools).await?, self.told.clone()))
    }

    /// The same for what takes its time: when too many are at that, it waits for one of them.
    pub async fn long_snapshot(&self) -> Result<Tx, DbError> {
        let turn = self.queues.read().await;
        Ok(Tx::new(engine::snapshot_aside(&self.pools).await?, self.told.clone()).with_turn(turn))
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbError> {
        self.query("SELECT 1").fetch_one::<(i32,)>().await.map(drop)
    }

    /// Closes all connections, after they finished what they were doing.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { read, write, aside, file } => {
                aside.close().await;
                read.close().await;
                write.close().await;
                file.let_go();
            }
            Pools::Postgres { pool, aside } => {
                aside.close().await;
                pool.close().await;
            }
        }
    }
}

impl Alone {
    /// Makes sure that nobody else has begun the same since: an error where the connection that holds PostgreSQL's lock is gone, and the lock with it.
    pub async fn hold(&mut self) -> Result<(), DbError> {
        match &mut self.elsewhere {
            Some(tx) => tx.query("SELECT 1").fetch_one::<(i32,)>().await.map(drop),
            None => Ok(()),
        }
    }

    /// Begins a transaction that sees one state of all tables and changes nothing, and may take its time.
    pub async fn snapshot(&self) -> Result<Tx, DbError> {
        Ok(Tx::new(engine::snapshot_aside(&self.db.pools).await?, self.db.told.clone()))
    }
}
