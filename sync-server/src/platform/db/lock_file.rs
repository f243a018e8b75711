//! One process to a SQLite file: what this process alone keeps in mind (who waits, whose turn it is) holds for all who write.

use super::DbError;
use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

/// Keeps other processes away from a database, until it is let go. The operating system frees it when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct LockFile(File);

impl LockFile {
    /// Takes the lock beside a database; an error when another process has it.
    pub(super) fn take(database: &Path) -> Result<Self, DbError> {
        let mut name = database.as_os_str().to_owned();
        name.push(".lock");
        let told = |fault| DbError::Unavailable(sqlx::Error::Io(fault));
        let file = File::options().create(true).truncate(false).write(true).open(PathBuf::from(name)).map_err(told)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(DbError::InUse(database.display().to_string())),
            Err(TryLockError::Error(fault)) => Err(told(fault)),
        }
    }

    /// Lets others in.
    pub(super) fn let_go(&self) {
        // Closing is not enough: a child that another thread is about to start holds the file for a moment too.
        if let Err(fault) = self.0.unlock() {
            tracing::warn!(%fault, "the database's lock was not let go");
        }
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        self.let_go();
    }
}
