//! One statement with its values.

use super::{
    AnyRow, DbError,
    arguments::{Arguments, Handle, Value, Values},
};
use sqlx::{FromRow, Postgres, SqlStr, Sqlite, postgres::PgRow, sqlite::SqliteRow};

/// What a row of either engine can become: a tuple, or a struct with `#[derive(sqlx_macros::FromRow)]`.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Row for T {}

/// A statement that waits for its values.
pub struct Query<'e> {
    handle: Handle<'e>,
    sql: SqlStr,
    arguments: Arguments,
}

impl<'e> Query<'e> {
    pub(super) fn new(handle: Handle<'e>, sql: SqlStr) -> Self {
        let arguments = match handle {
            Handle::SqlitePool(_) | Handle::SqliteTx(_) => Arguments::sqlite(),
            Handle::PostgresPool(_) | Handle::PostgresTx(_) => Arguments::postgres(),
        };
        Self { handle, sql, arguments }
    }

    /// Gives the next placeholder its value.
    #[must_use]
    pub fn bind<T: Value>(mut self, value: T) -> Self {
        self.arguments.bind(value);
        self
    }

    /// The values, to add more.
    pub fn arguments(&mut self) -> &mut Arguments {
        &mut self.arguments
    }

    /// All rows; the statement bounds them.
    pub async fn fetch_all<T: Row>(self) -> Result<Vec<T>, DbError> {
        let rows = match (self.handle, self.arguments.into_values()?) {
            (Handle::SqlitePool(pool), Values::Sqlite(values)) => {
                sqlx::query_as_with::<Sqlite, T, _>(self.sql, values).fetch_all(pool).await?
            }
            (Handle::SqliteTx(tx), Values::Sqlite(values)) => sqlx::query_as_with::<Sqlite, T, _>(self.sql, values).fetch_all(tx).await?,
            (Handle::PostgresPool(pool), Values::Postgres(values)) => {
                sqlx::query_as_with::<Postgres, T, _>(self.sql, values).fetch_all(pool).await?
            }
            (Handle::PostgresTx(tx), Values::Postgres(values)) => {
                sqlx::query_as_with::<Postgres, T, _>(self.sql, values).fetch_all(tx).await?
            }
            _ => return Err(DbError::mismatch()),
        };
        Ok(rows)
    }

    /// All rows, whose columns the caller reads one by one; the statement bounds them.
    pub async fn fetch_rows(self) -> Result<Vec<AnyRow>, DbError> {
        let sqlite = |rows: Vec<SqliteRow>| rows.into_iter().map(AnyRow::Sqlite).collect();
        let postgres = |rows: Vec<PgRow>| rows.into_iter().map(AnyRow::Postgres).collect();
        Ok(match (self.handle, self.arguments.into_values()?) {
            (Handle::SqlitePool(pool), Values::Sqlite(values)) => sqlite(sqlx::query_with(self.sql, values).fetch_all(pool).await?),
            (Handle::SqliteTx(tx), Values::Sqlite(values)) => sqlite(sqlx::query_with(self.sql, values).fetch_all(tx).await?),
            (Handle::PostgresPool(pool), Values::Postgres(values)) => postgres(sqlx::query_with(self.sql, values).fetch_all(pool).await?),
            (Handle::PostgresTx(tx), Values::Postgres(values)) => postgres(sqlx::query_with(self.sql, values).fetch_all(tx).await?),
            _ => return Err(DbError::mismatch()),
        })
    }

    /// The row, if there is one.
    pub async fn fetch_optional<T: Row>(self) -> Result<Option<T>, DbError> {
        Ok(self.fetch_all().await?.into_iter().next())
    }

    /// The row that must be there.
    pub async fn fetch_one<T: Row>(self) -> Result<T, DbError> {
        self.fetch_optional().await?.ok_or(DbError::Other(sqlx::Error::RowNotFound))
    }

    /// Runs a statement that gives no rows; how many it changed.
    pub async fn execute(self) -> Result<u64, DbError> {
        let changed = match (self.handle, self.arguments.into_values()?) {
            (Handle::SqliteTx(tx), Values::Sqlite(values)) => {
                sqlx::query_with::<Sqlite, _>(self.sql, values).execute(tx).await?.rows_affected()
            }
            (Handle::PostgresTx(tx), Values::Postgres(values)) => {
                sqlx::query_with::<Postgres, _>(self.sql, values).execute(tx).await?.rows_affected()
            }
            // Writing outside of a transaction is a mistake in Duka.
            _ => return Err(DbError::mismatch()),
        };
        Ok(changed)
    }
}
