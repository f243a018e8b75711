//! The database file: one process at a time, checked, migrated, kept when damaged.

use super::{
    OpenError, StoreError,
    folder::make_folder,
    mending,
    pages::{self, PassedOver},
};
use duka_core::{Clock, planted};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, config::DbConfig};
use rusqlite_migration::{M, Migrations};
use std::{
    ffi::OsString,
    fs::{self, File, TryLockError},
    io::Read,
    path::{Path, PathBuf},
};

const MIGRATIONS: &[M<'static>] = &[M::up(include_str!("../../../../migrations/pos/0001_till.sql"))];

/// An open database and the lock that keeps other processes away.
pub(crate) struct Database {
    connection: Connection,
    path: PathBuf,
    // Closed after the connection, so that nobody opens a file that is still being written.
    _lock: Lock,
}

/// `till.db` -> `till.db.lock`
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Keeps other processes away from a database while it lives.
pub(super) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing is not enough: a child that another thread is about to start holds the file for a moment too.
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "the database's lock was not let go");
        }
    }
}

/// Takes the file's lock; the operating system frees it when the process ends, however it ends.
pub(super) fn lock(path: &Path) -> Result<Lock, OpenError> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let file = File::options().create(true).truncate(false).write(true).open(beside(path, ".lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Whether the journal has an entry at a place.
pub(crate) type Holds = fn(&Connection, i64) -> Result<bool, StoreError>;

impl Database {
    /// Opens it; `holds` says whether the journal has an entry at a place.
    pub(crate) fn open(path: &Path, holds: Holds) -> Result<Self, Unusable> {
        let lock = lock(path)?;
        mending::finish(path)?;
        Ok(Self { connection: connect(path, holds)?, path: path.to_owned(), _lock: lock })
    }

    /// Remembers that a page was found damaged, so that the next start mends the database (I10).
    pub(crate) fn note_corrupt(&self, detail: &str) {
        if let Err(error) = fs::write(beside(&self.path, ".damaged"), detail) {
            tracing::error!(%error, "the damage could not be noted");
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// For questions.
    pub(crate) const fn reading(&self) -> &Connection {
        &self.connection
    }

    /// For transactions.
    pub(crate) const fn writing(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// A connection that cannot write and sees what is committed; nobody waits for it.
    pub(crate) fn reader(&self) -> Result<Connection, StoreError> {
        open_reader(&self.path)
    }

    /// The same, and sees for good what is committed now; `apart` is what it makes itself beside the database, in memory, to look through.
    pub(crate) fn snapshot(&self, apart: &str) -> Result<Connection, StoreError> {
        let connection = open_reader(&self.path)?;
        connection.execute_batch(&format!("pragma query_only = off; {apart} pragma query_only = on; begin;"))?;
        // Only who has read is held to what there was.
        connection.query_row("select count(*) from sqlite_schema", [], |row| row.get::<_, i64>(0))?;
        Ok(connection)
    }

    /// Changes what nobody was promised, without waiting for the disk: it outlives the program, and a power cut only once something later was
    /// flushed.
    pub(crate) fn without_flush(&mut self, change: impl FnOnce(&Connection) -> Result<(), StoreError>) -> Result<(), StoreError> {
        let mut lightly = Lightly::begin(&mut self.connection)?;
        let changed = begin(lightly.connection).and_then(|tx| change(&tx).and_then(|()| commit(tx)));
        lightly.end()?;
        changed
    }

    /// Moves the write-ahead log into the database, which syncs it first; for idle moments. Gives whether it is done.
    pub(crate) fn checkpoint(&self) -> bool {
        let passive = self.connection.query_row("pragma wal_checkpoint(passive)", [], |row| row.get::<_, i64>(0));
        matches!(passive, Ok(0))
    }

    /// Bounds the file to so many pages, as a quota does: past it, writing fails as on a full disk.
    pub(crate) fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        self.connection.query_row(&format!("pragma max_page_count = {pages}"), [], |_| Ok(()))?;
        Ok(())
    }
}

/// A connection whose commits do not wait for the disk. I1: whatever happens, a panic too, the next one waits again.
struct Lightly<'c> {
    connection: &'c mut Connection,
    ended: bool,
}

impl<'c> Lightly<'c> {
    fn begin(connection: &'c mut Connection) -> Result<Self, StoreError> {
        connection.execute_batch("pragma synchronous = normal")?;
        Ok(Self { connection, ended: false })
    }

    fn end(&mut self) -> Result<(), StoreError> {
        self.connection.execute_batch(&format!("pragma synchronous = {}", waiting_for_the_disk()))?;
        self.ended = true;
        Ok(())
    }
}

impl Drop for Lightly<'_> {
    fn drop(&mut self) {
        if !self.ended
            && let Err(error) = self.end()
        {
            tracing::error!(%error, "commits do not wait for the disk any more");
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "the one place that opens the till's database")]
fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.set_prepared_statement_cache_capacity(256);
    connection
        .execute_batch("pragma query_only = on; pragma trusted_schema = off; pragma temp_store = memory; pragma cache_size = -16000;")?;
    Ok(connection)
}

/// Why a database was not opened.
#[derive(Debug)]
pub(crate) enum Unusable {
    /// It has to be mended first.
    Damaged(String),
    /// Nothing to be mended.
    Open(OpenError),
}

impl From<OpenError> for Unusable {
    fn from(error: OpenError) -> Self {
        Self::Open(error)
    }
}

impl From<StoreError> for Unusable {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Corrupt(detail) => Self::Damaged(detail),
            other => Self::Open(other.into()),
        }
    }
}

impl From<rusqlite::Error> for Unusable {
    fn from(error: rusqlite::Error) -> Self {
        StoreError::from(error).into()
    }
}

/// What SQLite calls waiting until a commit is on the disk (I1): `synchronous = full`.
const FULL: u8 = 2;

/// How a commit waits for the disk. A test plants less than [`FULL`] to see that a power cut would then be noticed; no release build hears of it.
fn waiting_for_the_disk() -> u8 {
    let planted = if cfg!(debug_assertions) { std::env::var("DUKA_PLANTED_SYNCHRONOUS").ok() } else { None };
    planted.and_then(|number| number.parse().ok()).unwrap_or(FULL)
}

fn known_version() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

/// Everything here costs the same for a small and a huge file; a damaged page deep inside shows when it is read.
#[allow(clippy::disallowed_methods, reason = "the one place that opens the till's database")]
fn connect(path: &Path, holds: Holds) -> Result<Connection, Unusable> {
    if let Ok(detail) = fs::read_to_string(beside(path, ".damaged")) {
        return Err(StoreError::Corrupt(detail).into());
    }
    check_header(path)?;
    let passed_over = pages::passed_over(path)?;
    let mut connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.set_prepared_statement_cache_capacity(256);
    if passed_over != PassedOver::Entries(Vec::new()) {
        check_passed_over(&connection, passed_over, holds)?;
    }
    let found: i64 = connection.query_row("pragma user_version", [], |row| row.get(0))?;
    let found = u32::try_from(found).unwrap_or(u32::MAX);
    if found > known_version() {
        return Err(OpenError::Newer { found, known: known_version() }.into());
    }
    connection.execute_batch(&format!(
        "pragma journal_mode = wal;
         pragma synchronous = {};
         pragma fullfsync = on;
         pragma checkpoint_fullfsync = on;
         pragma foreign_keys = on;
         pragma trusted_schema = off;
         pragma temp_store = memory;
         pragma cache_size = -32000;
         pragma mmap_size = 0;
         pragma wal_autocheckpoint = 4000;",
        waiting_for_the_disk()
    ))?;
    let synchronous: u8 = connection.query_row("pragma synchronous", [], |row| row.get(0))?;
    let journal: String = connection.query_row("pragma journal_mode", [], |row| row.get(0))?;
    if synchronous != waiting_for_the_disk() || journal != "wal" {
        // I1: without these an acknowledged sale may be gone after a power cut.
        return Err(StoreError::Fault(format!("it cannot be written durably here (journal {journal}, synchronous {synchronous})")).into());
    }
    connection.query_row("select count(*) from sqlite_schema", [], |row| row.get::<_, i64>(0))?;
    if found < known_version() {
        migrate(&mut connection)?;
    }
    Ok(connection)
}

/// Makes or updates the tables.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    Migrations::from_slice(MIGRATIONS).to_latest(connection).map_err(|fault| match fault {
        rusqlite_migration::Error::RusqliteError { err, .. } => StoreError::from(err),
        other => StoreError::Fault(other.to_string()),
    })
}

/// An empty database in memory.
#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "a test that needs no file")]
pub(crate) fn fresh_for_tests() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate(&mut connection).unwrap();
    connection
}

/// Whether the write-ahead log holds entries of the journal that SQLite passes over: it takes a damaged frame for its end. Such a log is left as it
/// is, to be salvaged.
fn check_passed_over(connection: &Connection, passed_over: PassedOver, holds: Holds) -> Result<(), StoreError> {
    let lost = match passed_over {
        PassedOver::Anything => true,
        PassedOver::Entries(places) => {
            places.into_iter().try_fold(false, |lost, place| Ok::<_, StoreError>(lost || !holds(connection, place)?))?
        }
    };
    if lost {
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        return Err(StoreError::Corrupt("the write-ahead log is damaged".into()));
    }
    Ok(())
}

fn check_header(path: &Path) -> Result<(), StoreError> {
    let mut header = Vec::new();
    let read = File::open(path).and_then(|file| file.take(16).read_to_end(&mut header));
    match read {
        Ok(0) => Ok(()),
        Ok(_) if header == b"SQLite format 3\0" => Ok(()),
        Ok(_) => Err(StoreError::Corrupt("the file is not a database".into())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(StoreError::Fault(error.to_string())),
    }
}

/// A stamp under which no damaged file is kept beside `path` yet (I10).
pub(super) fn free_stamp(path: &Path, clock: &dyn Clock) -> Result<String, OpenError> {
    let now: String = clock.now().date_time().chars().filter(char::is_ascii_digit).collect();
    let mut stamps = (0..1_000_u32).map(|n| if n == 0 { now.clone() } else { format!("{now}-{n}") });
    stamps.find(|stamp| !beside(path, &format!(".corrupt-{stamp}")).exists()).ok_or_else(|| OpenError::Io("no free name".into()))
}

/// Copies a backup to `path`, where no database may be. The copy goes through SQLite, so that a write-ahead log beside the backup counts.
#[allow(clippy::disallowed_methods, reason = "the one place that opens a backup")]
pub(crate) fn copy_backup(backup: &Path, path: &Path) -> Result<(), OpenError> {
    let _lock = lock(path)?;
    if path.exists() {
        return Err(OpenError::Io(format!("{} is there already; move it away first", path.display())));
    }
    check_header(backup).map_err(|fault| OpenError::Io(format!("the backup cannot be read: {fault}")))?;
    let mut fresh: OsString = path.as_os_str().to_owned();
    fresh.push(".restoring");
    let fresh = PathBuf::from(fresh);
    let _ = fs::remove_file(&fresh);
    let copy = || -> rusqlite::Result<()> {
        let from = Connection::open_with_flags(backup, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        from.query_row("select count(*) from sqlite_schema", [], |row| row.get::<_, i64>(0))?;
        let mut to = Connection::open(&fresh)?;
        rusqlite::backup::Backup::new(&from, &mut to)?.run_to_completion(10_000, std::time::Duration::ZERO, None)
    };
    if let Err(fault) = copy() {
        let _ = fs::remove_file(&fresh);
        return Err(OpenError::Io(format!("the backup cannot be read: {fault}")));
    }
    fs::rename(&fresh, path)?;
    Ok(())
}

/// Opens a transaction that may write. What is not committed is undone when it is dropped.
pub(crate) fn begin(connection: &mut Connection) -> Result<Transaction<'_>, StoreError> {
    Ok(connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
}

/// Makes it durable (I1): when this returns, the change survives a power cut.
pub(crate) fn commit(tx: Transaction<'_>) -> Result<(), StoreError> {
    planted::committing();
    tx.commit()?;
    planted::committed();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_panic_in_what_need_not_last_commits_wait_for_the_disk_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut db = Database::open(&folder.path().join("till.db"), |_, _| Ok(true)).unwrap();
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| db.without_flush(|_| panic!("a fault of the program"))));
        assert!(panicked.is_err());
        let synchronous: u8 = db.reading().query_row("pragma synchronous", [], |row| row.get(0)).unwrap();
        assert_eq!(synchronous, waiting_for_the_disk(), "I1");
    }
}
