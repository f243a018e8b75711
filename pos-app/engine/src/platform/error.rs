//! What can go wrong with the database file.

use duka_api::{Problem, till::Database as DatabaseState};
use duka_core::ErrorCode;
use std::path::PathBuf;

/// A statement that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No room to write.
    #[error("The disk is full. Nothing was changed and nothing is lost: free some space and try again.")]
    DiskFull,
    /// A page of the file is damaged.
    #[error(
        "The database is damaged ({0}). The till mends it by itself now, or at the latest when it is started again; nothing is thrown away."
    )]
    Corrupt(String),
    /// Anything else: a fault of Duka.
    #[error("The database answered unexpectedly: {0}")]
    Fault(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::DiskFull) => Self::DiskFull,
            Some(Code::DatabaseCorrupt | Code::NotADatabase) => Self::Corrupt(error.to_string()),
            _ => Self::Fault(error.to_string()),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::DiskFull => Self::new(ErrorCode::DiskFull, error.to_string()),
            StoreError::Corrupt(_) => Self::new(ErrorCode::CorruptDatabase, error.to_string()),
            StoreError::Fault(detail) => {
                tracing::error!(%detail, "database fault");
                Self::new(ErrorCode::Internal, "Duka made a mistake with its database; nothing was changed. The log file has the details.")
            }
        }
    }
}

/// Why a till's database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("Another Duka till is running on this database. Use its window, or close it first.")]
    InUse,
    /// A newer program wrote it.
    #[error("The database was written by a newer version of Duka (schema {found}, this one knows {known}). Update this till.")]
    Newer {
        /// Schema version found.
        found: u32,
        /// Schema version this program knows.
        known: u32,
    },
    /// It cannot be read; it was kept under another name (I10).
    #[error("The database cannot be read ({detail}). It was kept as {}.", kept_as.display())]
    Corrupt {
        /// Where the damaged file is now.
        kept_as: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// No room to write.
    #[error("The disk is full. Free some space and start again.")]
    DiskFull,
    /// The file or its folder cannot be used, or a restore was asked for where it cannot be done.
    #[error("The database cannot be opened: {0}")]
    Io(String),
}

impl OpenError {
    /// How the screens show it; none for what is no state of the database but of the computer.
    pub fn database(&self) -> Option<DatabaseState> {
        match self {
            Self::InUse => Some(DatabaseState::InUse),
            Self::Newer { found, known } => Some(DatabaseState::Newer { found: *found, known: *known }),
            Self::Corrupt { kept_as, detail } => {
                Some(DatabaseState::Corrupt { kept_as: kept_as.display().to_string(), detail: detail.clone() })
            }
            Self::DiskFull | Self::Io(_) => None,
        }
    }
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::DiskFull => Self::DiskFull,
            StoreError::Corrupt(detail) | StoreError::Fault(detail) => Self::Io(detail),
        }
    }
}

impl From<std::io::Error> for OpenError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull => Self::DiskFull,
            _ => Self::Io(error.to_string()),
        }
    }
}

impl From<OpenError> for Problem {
    fn from(error: OpenError) -> Self {
        (&error).into()
    }
}

impl From<&OpenError> for Problem {
    fn from(error: &OpenError) -> Self {
        let code = match error {
            OpenError::InUse => ErrorCode::DatabaseInUse,
            OpenError::Newer { .. } => ErrorCode::NewerDatabase,
            OpenError::Corrupt { .. } => ErrorCode::CorruptDatabase,
            OpenError::DiskFull => ErrorCode::DiskFull,
            OpenError::Io(_) => ErrorCode::Internal,
        };
        Self::new(code, error.to_string())
    }
}
