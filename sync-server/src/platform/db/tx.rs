//! A transaction.

use super::{
    Arguments, DbError, Engine, Insert, Lock, Query, Row, Told, Value, arguments::Handle, carry::carry_through, engine, queue::Turn,
    statement,
};
use duka_core::planted;
use sqlx::{AssertSqlSafe, Postgres, SqlSafeStr, SqlStr, Sqlite, Transaction};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A transaction of either engine. Dropped without [`Tx::commit`] it leaves no trace.
pub struct Tx {
    open: Open,
    told: Told,
    /// Companies, and of each the scope: itself, or a shop.
    grew: BTreeSet<(Uuid, Uuid)>,
    left: BTreeSet<Uuid>,
    turn: Option<Turn>,
}

pub(super) enum Open {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Rows of one statement at most. Fewer go in powers of two, so that there are few texts to prepare.
    const ROWS: usize = 256;

    pub(super) fn new(open: Open, told: Told) -> Self {
        Self { open, told, grew: BTreeSet::new(), left: BTreeSet::new(), turn: None }
    }

    /// Has the end of the transaction end a turn, too.
    pub(super) fn with_turn(self, turn: Turn) -> Self {
        Self { turn: Some(turn), ..self }
    }

    /// Which engine it runs on.
    pub const fn engine(&self) -> Engine {
        match self.open {
            Open::Sqlite(_) => Engine::Sqlite,
            Open::Postgres(_) => Engine::Postgres,
        }
    }

    /// A statement.
    pub fn query(&mut self, sql: &'static str) -> Query<'_> {
        self.statement(sql.into_sql_str())
    }

    /// A statement whose text was made of the descriptions of tables; never of anything that came from outside.
    pub fn query_made(&mut self, sql: String) -> Query<'_> {
        self.statement(AssertSqlSafe(sql).into_sql_str())
    }

    /// A `SELECT` whose rows nobody else may change until the end of the transaction.
    pub fn query_locked(&mut self, sql: &'static str) -> Query<'_> {
        let text = engine::locked(self.engine(), sql);
        self.statement(text)
    }

    fn statement(&mut self, sql: SqlStr) -> Query<'_> {
        match &mut self.open {
            Open::Sqlite(tx) => Query::new(Handle::SqliteTx(tx), sql),
            Open::Postgres(tx) => Query::new(Handle::PostgresTx(tx), sql),
        }
    }

    /// Waits until no other transaction holds a conflicting lock of the company; it is let go at the end.
    pub async fn lock(&mut self, company: Uuid, lock: Lock) -> Result<(), DbError> {
        engine::lock(self, company, lock).await
    }

    /// Inserts rows, many to a statement; how many were inserted or changed.
    pub async fn insert<R>(&mut self, insert: Insert<'_>, rows: &[R], bind: impl Fn(&R, &mut Arguments)) -> Result<u64, DbError> {
        let mut changed = 0;
        for chunk in chunks(rows) {
            let text = statement::insert(self.engine(), insert, chunk.len());
            let mut query = self.statement(AssertSqlSafe(text).into_sql_str());
            for row in chunk {
                bind(row, query.arguments());
            }
            changed += query.execute().await?;
        }
        Ok(changed)
    }

    /// Rows whose key is one of `keys`: `sql` has its placeholders for `fixed` and ends where the list of keys begins, as in
    /// `… WHERE company = $1 AND code IN`.
    pub async fn fetch_in<K: Value + Clone, T: Row>(&mut self, sql: &'static str, fixed: &[Uuid], keys: &[K]) -> Result<Vec<T>, DbError> {
        let mut rows = Vec::new();
        for chunk in chunks(keys) {
            rows.extend(self.listed(sql, fixed, chunk).fetch_all::<T>().await?);
        }
        Ok(rows)
    }

    /// Runs a statement for rows whose key is one of `keys`; `sql` ends as in [`Tx::fetch_in`].
    pub async fn execute_in<K: Value + Clone>(&mut self, sql: &'static str, fixed: &[Uuid], keys: &[K]) -> Result<u64, DbError> {
        let mut changed = 0;
        for chunk in chunks(keys) {
            changed += self.listed(sql, fixed, chunk).execute().await?;
        }
        Ok(changed)
    }

    fn listed<K: Value + Clone>(&mut self, sql: &'static str, fixed: &[Uuid], keys: &[K]) -> Query<'_> {
        let head = statement::head(self.engine(), sql, fixed.len());
        let text = statement::list(self.engine(), &head, keys.len());
        let mut query = self.statement(AssertSqlSafe(text).into_sql_str());
        for place in head.order {
            query.arguments().bind(fixed.get(place).copied());
        }
        for key in keys {
            query.arguments().bind(key.clone());
        }
        query
    }

    /// Has whoever waits for news of a company woken by the commit.
    pub fn grew(&mut self, company: Uuid) {
        self.grew_in(company, company);
    }

    /// The same, where a log grows of a scope: the company's, or one of its shops', whose news it then is alone.
    pub fn grew_in(&mut self, company: Uuid, scope: Uuid) {
        self.grew.insert((company, scope));
    }

    /// Has whoever attends to the backlog go to a company after the commit.
    pub fn leaves_work(&mut self, company: Uuid) {
        self.left.insert(company);
    }

    /// Makes everything that was done last. Once begun it is carried through, also where whoever asked for it goes away meanwhile: those who wait
    /// for news are woken when it is there to be seen, and so is who does what it left.
    pub async fn commit(self) -> Result<(), DbError> {
        planted::committing();
        carry_through(self.commit_and_tell()).await?;
        planted::committed();
        Ok(())
    }

    async fn commit_and_tell(self) -> Result<(), sqlx::Error> {
        let Self { open, told, grew, left, turn: _turn } = self;
        let committed = match open {
            Open::Sqlite(tx) => tx.commit().await,
            Open::Postgres(tx) => tx.commit().await,
        };
        // Also where it is not known whether it was: a wake too many costs one look.
        left.into_iter().for_each(|company| told.backlog.add(company));
        grew.into_iter().for_each(|(company, scope)| told.news.raise(company, scope));
        committed
    }

    /// Undoes everything that was done, before anything else happens.
    pub async fn roll_back(self) -> Result<(), DbError> {
        match self.open {
            Open::Sqlite(tx) => tx.rollback().await?,
            Open::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}

fn chunks<T>(mut rest: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (chunk, later) = rest.split_at(chunk_size(rest.len()));
        rest = later;
        Some(chunk)
    })
}

/// The largest power of two that is at most `rows` and [`Tx::ROWS`].
fn chunk_size(rows: usize) -> usize {
    let rows = rows.clamp(1, Tx::ROWS);
    1 << rows.ilog2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_go_in_powers_of_two_and_all_of_them() {
        let rows = [0_u8; 1_000];
        let sizes: Vec<usize> = chunks(&rows).map(<[u8]>::len).collect();
        assert_eq!(sizes, [256, 256, 256, 128, 64, 32, 8]);
    }
}
