//! The server, driven inside this process by its own library: its books on either engine, its backups, and how it dies and comes back.

use super::{
    surroundings::SkewedClock,
    switches::{self, Version, Worked},
};
use crate::{postgres, server::Storage, till::Seeded};
use anyhow::{Context, Result, anyhow};
use duka_api::Problem;
use duka_core::{Clock, Entropy};
use duka_server::{
    AppState, Fault,
    platform::{
        db::{Connection, Db},
        secret::SecretKey,
    },
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::runtime::{Builder, Runtime};

const DATABASE: &str = "duka.sqlite";

/// The server of all companies.
pub struct Office {
    /// Its clock.
    pub clock: Arc<SkewedClock>,
    /// What it runs.
    pub version: Version,
    /// Moments around commits until it dies.
    pub doom: Option<u32>,
    entropy: Arc<Seeded>,
    runtime: Option<Runtime>,
    state: Option<AppState>,
    books: Books,
    backup: Option<Books>,
    folder: PathBuf,
    moves: u32,
}

/// Where books are.
#[derive(Clone, Debug)]
enum Books {
    Folder(PathBuf),
    Url(String),
}

impl Office {
    /// Opens a server with empty books below `folder`.
    pub fn open(storage: Storage, folder: &Path, clock: Arc<SkewedClock>, seed: u64, version: Version) -> Result<Self> {
        let books = match storage {
            Storage::Sqlite => Books::Folder(folder.join("server-0")),
            Storage::Postgres | Storage::DurablePostgres => Books::Url(postgres::fresh_database()),
        };
        let mut office = Self {
            clock,
            version,
            doom: None,
            entropy: Arc::new(Seeded::new(seed)),
            runtime: None,
            state: None,
            books,
            backup: None,
            folder: folder.to_owned(),
            moves: 0,
        };
        office.start()?;
        Ok(office)
    }

    /// Whether it runs.
    pub const fn is_up(&self) -> bool {
        self.state.is_some()
    }

    /// Starts it on its books.
    pub fn start(&mut self) -> Result<()> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let connection = match &self.books {
            Books::Folder(folder) => {
                fs::create_dir_all(folder)?;
                Connection::Sqlite { path: folder.join(DATABASE), readers: 3 }
            }
            Books::Url(url) => Connection::Postgres { url: url.clone(), connections: 4 },
        };
        let db = runtime.block_on(Db::open(&connection))?;
        let secret = SecretKey::try_from_hex(&"5e".repeat(32))?;
        let state = AppState::new(db, self.clock.clone() as Arc<dyn Clock>, self.entropy.clone() as Arc<dyn Entropy>, secret);
        (self.runtime, self.state) = (Some(runtime), Some(state));
        Ok(())
    }

    /// Lets it do something; none when it is down, or dies over it.
    pub fn work<T>(&mut self, work: impl AsyncFnOnce(&AppState) -> T) -> Option<T> {
        let (runtime, state) = (self.runtime.as_ref()?, self.state.as_ref()?);
        match switches::work(&self.version, &mut self.doom, || runtime.block_on(work(state))) {
            Worked::Done(done) => Some(done),
            Worked::Died => {
                self.die();
                None
            }
        }
    }

    /// The same for what must not fail.
    pub fn must<T, E: Into<Fault>>(&mut self, work: impl AsyncFnOnce(&AppState) -> Result<T, E>) -> Result<T> {
        let done = self.work(work).context("the server runs")?;
        done.map_err(|fault| anyhow!("{}", fault.into().logged()))
    }

    /// Answers a request; none when it is down, or dies over it.
    pub fn exchange(&mut self, request: &[u8]) -> Option<Result<Vec<u8>, Problem>> {
        let answer = self.work(async |state| duka_server::sync::exchange(state, request).await)?;
        Some(answer.map_err(|fault| Fault::from(fault).logged()))
    }

    /// Answers who asks to be certified as another device; none when it is down, or dies over it.
    pub fn succeed(&mut self, request: &[u8]) -> Option<Result<Vec<u8>, Problem>> {
        let answer = self.work(async |state| duka_server::sync::succeed(state, request).await)?;
        Some(answer.map_err(|fault| Fault::from(fault).logged()))
    }

    /// Its process is gone: what it had committed stays, and nothing is tidied.
    pub fn die(&mut self) {
        self.doom = None;
        let Some((runtime, state)) = self.runtime.take().zip(self.state.take()) else { return };
        // The files as they are now: closing them would move the write-ahead log into the database.
        let mut before = None;
        let left = self.fresh_folder();
        if let Books::Folder(folder) = &self.books
            && copy_books(folder, &left).is_ok()
        {
            before = Some(std::mem::replace(&mut self.books, Books::Folder(left)));
        }
        drop(state);
        drop(runtime);
        before.iter().for_each(discard);
    }

    /// Ends it after what it is at.
    pub fn stop(&mut self) {
        if let Some((runtime, state)) = self.runtime.take().zip(self.state.take()) {
            runtime.block_on(state.db.close());
        }
    }

    /// Takes a backup of the books.
    pub fn back_up(&mut self) -> Result<()> {
        let backup = match &self.books {
            Books::Folder(folder) => {
                let kept = self.folder.join("server-backup");
                let _ = fs::remove_dir_all(&kept);
                copy_books(folder, &kept)?;
                Books::Folder(kept)
            }
            Books::Url(url) => {
                let url = url.clone();
                self.stop();
                let copy = postgres::copy_of(&url);
                self.start()?;
                Books::Url(copy)
            }
        };
        self.backup = Some(backup);
        Ok(())
    }

    /// Puts the backup in the place of the books, and starts on it; false when there is none.
    pub fn put_back(&mut self) -> Result<bool> {
        let Some(backup) = self.backup.take() else { return Ok(false) };
        self.die();
        let before = std::mem::replace(&mut self.books, backup);
        discard(&before);
        self.start()?;
        Ok(true)
    }

    fn fresh_folder(&mut self) -> PathBuf {
        self.moves += 1;
        self.folder.join(format!("server-{}", self.moves))
    }
}

fn discard(books: &Books) {
    if let Books::Folder(folder) = books {
        let _ = fs::remove_dir_all(folder);
    }
}

fn copy_books(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for name in [DATABASE.to_owned(), format!("{DATABASE}-wal")] {
        if from.join(&name).exists() {
            fs::copy(from.join(&name), to.join(&name))?;
        }
    }
    Ok(())
}
