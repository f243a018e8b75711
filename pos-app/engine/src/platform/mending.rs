//! Putting a fresh database in the place of a damaged one, which is kept (I10). A power cut at any step leaves the one or the other in its place:
//! the fresh one is built under a name of its own, made whole on the disk, and only then do the two change places.

use super::{
    OpenError, StoreError,
    database::{self, Lock, beside},
    folder::keep_names,
};
use duka_core::Clock;
use rusqlite::{Connection, OpenFlags, config::DbConfig, types::Value};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// What is being built.
const BUILDING: &str = ".mending";
/// What is built, and takes its place; the stamp follows.
const BUILT: &str = ".mended-";
const KEPT: &str = ".corrupt-";

/// A damaged database that nobody else has open, and the fresh one that will stand in its place.
pub(crate) struct Mending {
    path: PathBuf,
    stamp: String,
    _lock: Lock,
}

impl Mending {
    pub(crate) fn begin(path: &Path, clock: &dyn Clock) -> Result<Self, OpenError> {
        let lock = database::lock(path)?;
        remove(&beside(path, BUILDING))?;
        let mending = Self { path: path.to_owned(), stamp: database::free_stamp(path, clock)?, _lock: lock };
        Ok(mending)
    }

    /// Where the damaged file will be kept.
    pub(crate) fn kept_as(&self) -> PathBuf {
        beside(&self.path, &format!("{KEPT}{}", self.stamp))
    }

    /// Writes a file for people beside the one that will be kept; whole and on the disk when this returns.
    pub(crate) fn list(&self, lines: &str) -> Result<PathBuf, OpenError> {
        let path = beside(&self.kept_as(), ".sales.jsonl");
        let mut file = File::create(&path)?;
        file.write_all(lines.as_bytes())?;
        file.sync_all()?;
        keep_names(folder_of(&path))?;
        Ok(path)
    }

    /// The damaged database as SQLite sees it, if it does; whatever is done, the file and its write-ahead log stay as they are.
    #[allow(clippy::disallowed_methods, reason = "a damaged database is opened to be read")]
    pub(crate) fn damaged(&self) -> Option<Connection> {
        let db = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX).ok()?;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).ok()?;
        db.execute_batch("pragma query_only = on; pragma trusted_schema = off; pragma temp_store = memory;").ok()?;
        Some(db)
    }

    /// An empty database with all tables. It waits for no disk: until it is built it may be lost.
    #[allow(clippy::disallowed_methods, reason = "a database that nobody was promised yet")]
    pub(crate) fn fresh(&self) -> Result<Connection, StoreError> {
        let mut fresh = Connection::open(beside(&self.path, BUILDING))?;
        fresh.execute_batch(
            "pragma journal_mode = off; pragma synchronous = off; pragma temp_store = memory; pragma cache_size = -64000;",
        )?;
        fresh.set_prepared_statement_cache_capacity(256);
        database::migrate(&mut fresh)?;
        Ok(fresh)
    }

    /// Lets the two change places.
    pub(crate) fn publish(self, fresh: Connection) -> Result<(), OpenError> {
        fresh.close().map_err(|(_, fault)| StoreError::from(fault))?;
        let building = beside(&self.path, BUILDING);
        File::options().write(true).open(&building)?.sync_all()?;
        fs::rename(&building, beside(&self.path, &format!("{BUILT}{}", self.stamp)))?;
        keep_names(folder_of(&self.path))?;
        finish(&self.path)
    }

    /// Gives the fresh one up: the damaged file is kept, and nothing stands in its place.
    pub(crate) fn give_up(self) -> Result<PathBuf, OpenError> {
        remove(&beside(&self.path, BUILDING))?;
        put_away(&self.path, &self.kept_as())?;
        Ok(self.kept_as())
    }
}

/// The tables of a database, those first that others refer to. What SQLite keeps for itself or for a search is not among them.
pub(crate) fn tables(db: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = db.prepare(
        r"select s.name from sqlite_schema s join pragma_table_list l on l.schema = 'main' and l.name = s.name
         where l.type = 'table' and s.name not like 'sqlite\_%' escape '\' order by s.rowid",
    )?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Copies a table's rows as far as SQLite can read them and they are what the table demands, from either end; gives whether that was all.
pub(crate) fn copy_table_in_tx(damaged: &Connection, fresh: &Connection, table: &str) -> Result<bool, StoreError> {
    for order in ["", " desc"] {
        let copied = copy(damaged, fresh, &format!("select * from {table} order by 1{order}"), table)?;
        if copied {
            return Ok(order.is_empty());
        }
    }
    Ok(false)
}

/// False where the damaged database can give no more.
fn copy(damaged: &Connection, fresh: &Connection, select: &str, table: &str) -> Result<bool, StoreError> {
    let Ok(mut statement) = damaged.prepare(select) else { return Ok(false) };
    let columns = statement.column_count();
    // By name: a database of an older version has fewer.
    let (names, places) = (statement.column_names().join(", "), vec!["?"; columns].join(", "));
    let mut insert = fresh.prepare(&format!("insert or ignore into {table} ({names}) values ({places})"))?;
    let Ok(mut rows) = statement.query([]) else { return Ok(false) };
    let mut all = true;
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => return Ok(all),
            Err(_) => return Ok(false),
        };
        let Ok(values) = (0..columns).map(|column| row.get::<_, Value>(column)).collect::<Result<Vec<_>, _>>() else {
            all = false;
            continue;
        };
        match insert.execute(rusqlite::params_from_iter(values)) {
            Ok(1) => {}
            Err(fault) if fault.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull) => return Err(fault.into()),
            // What was damaged within a row may break what the table demands; from the other end it may also be there already.
            _ => all = false,
        }
    }
}

/// Ends a change of places that was begun, at every start.
pub(super) fn finish(path: &Path) -> Result<(), OpenError> {
    let Some((built, stamp)) = built(path)? else { return Ok(()) };
    put_away(path, &beside(path, &format!("{KEPT}{stamp}")))?;
    fs::rename(built, path)?;
    keep_names(folder_of(path))?;
    Ok(())
}

/// Whether a fresh database waits to take the place at `path`: opening it lets it.
pub fn is_mended(path: &Path) -> io::Result<bool> {
    Ok(built(path)?.is_some())
}

fn built(path: &Path) -> io::Result<Option<(PathBuf, String)>> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default() + BUILT;
    if !folder_of(path).is_dir() {
        return Ok(None);
    }
    for entry in fs::read_dir(folder_of(path))? {
        let entry = entry?;
        if let Some(stamp) = entry.file_name().to_string_lossy().strip_prefix(&name) {
            return Ok(Some((entry.path(), stamp.to_owned())));
        }
    }
    Ok(None)
}

/// Moves a damaged database out of the way, what stands beside it first.
pub(super) fn put_away(path: &Path, kept: &Path) -> Result<(), OpenError> {
    for suffix in ["-wal", "-shm", ".damaged", ""] {
        let from = beside(path, suffix);
        if from.exists() {
            fs::rename(&from, beside(kept, suffix))?;
        }
    }
    keep_names(folder_of(path))?;
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(fault),
        _ => Ok(()),
    }
}
