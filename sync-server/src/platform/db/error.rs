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
    /// Another process has the file open.
    #[error("another process uses the database {0}; stop it first, or give this one a database of its own")]
    InUse(String),
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
            sqlx::Error::Database(told) if told.kind() == ErrorKind::UniqueViolation => Self::Duplicate(fault),
            sqlx::Error::Database(told) => match kind(told.code().as_deref().unwrap_or_default()) {
                Kind::Passing => Self::Unavailable(fault),
                Kind::Full => Self::DiskFull(fault),
                Kind::Mistake => Self::Other(fault),
            },
            _ => Self::Other(fault),
        }
    }
}

/// What a database's own code means for whoever asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Passing,
    Full,
    Mistake,
}

/// PostgreSQL's codes have five characters, SQLite's are numbers of at most four digits: the lowest byte is the code, the rest says more of it.
fn kind(code: &str) -> Kind {
    if code.len() == 5 {
        return match code {
            "53100" => Kind::Full,
            // serialization_failure, deadlock_detected, lock_not_available, query_canceled (by a time limit), a transaction that was idle too
            // long, io_error, and the server going down or being full.
            "40001" | "40P01" | "55P03" | "57014" | "25P03" | "58030" | "57P01" | "57P02" | "57P03" | "53200" | "53300" => Kind::Passing,
            _ => Kind::Mistake,
        };
    }
    match code.parse::<u32>().map(|code| code & 0xff) {
        Ok(SQLITE_FULL) => Kind::Full,
        Ok(SQLITE_BUSY | SQLITE_LOCKED | SQLITE_READONLY | SQLITE_IOERR | SQLITE_CANTOPEN) => Kind::Passing,
        _ => Kind::Mistake,
    }
}

const SQLITE_BUSY: u32 = 5;
const SQLITE_LOCKED: u32 = 6;
const SQLITE_READONLY: u32 = 8;
const SQLITE_IOERR: u32 = 10;
const SQLITE_FULL: u32 = 13;
const SQLITE_CANTOPEN: u32 = 14;

impl From<MigrateError> for DbError {
    fn from(fault: MigrateError) -> Self {
        match fault {
            MigrateError::VersionMissing(version) => Self::Newer(version),
            MigrateError::Execute(fault) => Self::from(fault),
            other => Self::Migration(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_tried_again_and_only_a_mistake_of_duka_is_called_one() {
        // Busy, busy while it recovers, busy for too long, a snapshot that is too old, an input or output error of a write, a disk turned read-only.
        for code in ["5", "261", "773", "517", "778", "8", "40001", "40P01", "55P03", "57014", "57P01", "53300"] {
            assert_eq!(kind(code), Kind::Passing, "{code}");
        }
        for code in ["13", "53100"] {
            assert_eq!(kind(code), Kind::Full, "{code}");
        }
        // A wrong statement, a broken constraint, a division by zero, no code at all.
        for code in ["1", "19", "275", "42601", "23514", "22012", ""] {
            assert_eq!(kind(code), Kind::Mistake, "{code}");
        }
    }
}
