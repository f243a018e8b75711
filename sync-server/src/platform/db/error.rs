//! What can go wrong with a database.

use sqlx::{error::ErrorKind, migrate::MigrateError};

/// A database's fault, by what can be done about it.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// It does not answer, or is busy: the same again may work.
    #[error("the database does not answer: {0}")]
    Unavailable(sqlx::Error),
    /// A row with this key is there already.
    #[error("a row with this key is there already: {0}")]
    Duplicate(sqlx::Error),
    /// No room on the disk.
    #[error("the database's disk is full: {0}")]
    DiskFull(sqlx::Error),
    /// It was written by a newer version.
    #[error("the database was written by a newer version of Duka (migration {0}); start that version")]
    Newer(i64),
    /// Its tables could not be brought up to date.
    #[error("the database's tables could not be brought up to date: {0}")]
    Migration(MigrateError),
    /// Anything else: a mistake in Duka.
    #[error("the database refused a statement: {0}")]
    Other(sqlx::Error),
}

impl DbError {
    pub(super) fn mismatch() -> Self {
        Self::Other(sqlx::Error::Protocol("a statement ran outside of its engine or transaction".to_owned()))
    }

    /// Something that is stored cannot be what Duka stored.
    pub fn damaged(what: &str) -> Self {
        Self::Other(sqlx::Error::Decode(format!("a stored {what} is damaged").into()))
    }

    /// Whether a row with the same key was there.
    pub const fn is_duplicate(&self) -> bool {
        matches!(self, Self::Duplicate(_))
    }
}

impl From<sqlx::Error> for DbError {
    fn from(fault: sqlx::Error) -> Self {
        match &fault {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Tls(_) => Self::Unavailable(fault),
            sqlx::Error::Database(told) => match told.code().as_deref() {
                _ if told.kind() == ErrorKind::UniqueViolation => Self::Duplicate(fault),
                // SQLITE_FULL, disk_full.
                Some("13" | "53100") => Self::DiskFull(fault),
                // SQLITE_BUSY, its snapshot form, serialization_failure, deadlock_detected, the server going down or being full.
                Some("5" | "517" | "40001" | "40P01" | "57P01" | "57P02" | "57P03" | "53300") => Self::Unavailable(fault),
                _ => Self::Other(fault),
            },
            _ => Self::Other(fault),
        }
    }
}

impl From<MigrateError> for DbError {
    fn from(fault: MigrateError) -> Self {
        match fault {
            MigrateError::VersionMissing(version) => Self::Newer(version),
            MigrateError::Execute(fault) => Self::from(fault),
            other => Self::Migration(other),
        }
    }
}
