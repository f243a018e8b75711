//! Values on their way into a statement, and where the statement runs.

use super::DbError;
use sqlx::{
    Arguments as _, Encode, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Type, postgres::PgArguments,
    sqlite::SqliteArguments,
};

/// What both engines can store.
pub trait Value: for<'v> Encode<'v, Sqlite> + Type<Sqlite> + for<'v> Encode<'v, Postgres> + Type<Postgres> {}

impl<T: for<'v> Encode<'v, Sqlite> + Type<Sqlite> + for<'v> Encode<'v, Postgres> + Type<Postgres>> Value for T {}

/// Where a statement runs.
pub(super) enum Handle<'e> {
    SqlitePool(&'e SqlitePool),
    SqliteTx(&'e mut SqliteConnection),
    PostgresPool(&'e PgPool),
    PostgresTx(&'e mut PgConnection),
}

/// The values of a statement, in the order of its placeholders.
pub struct Arguments {
    pub(super) values: Values,
    fault: Option<DbError>,
}

pub(super) enum Values {
    Sqlite(SqliteArguments),
    Postgres(PgArguments),
}

impl Arguments {
    pub(super) fn sqlite() -> Self {
        Self { values: Values::Sqlite(SqliteArguments::default()), fault: None }
    }

    pub(super) fn postgres() -> Self {
        Self { values: Values::Postgres(PgArguments::default()), fault: None }
    }

    /// Adds the next value.
    pub fn bind<T: Value>(&mut self, value: T) -> &mut Self {
        let added = match &mut self.values {
            Values::Sqlite(values) => sqlx::Arguments::add(values, value),
            Values::Postgres(values) => values.add(value),
        };
        if let Err(fault) = added {
            self.fault.get_or_insert(DbError::Other(sqlx::Error::Encode(fault)));
        }
        self
    }

    pub(super) fn into_values(self) -> Result<Values, DbError> {
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok(self.values),
        }
    }
}
