//! A till in its shop: the real engine without its threads, the link's state, and how its process dies and comes back.

use super::{
    surroundings::{KeysInMemory, SkewedClock, TrueTime},
    switches::{self, Version, Worked},
};
use crate::till::Seeded;
use anyhow::{Context, Result};
use duka_core::{Clock, DeviceId, Entropy, ReceiptId};
use duka_pos::{KeyStore, OpenError, SaleLineInput, Settings, Succeeding, Till};
use duka_sync::{Link, Next, Pause, Peer, Ticket};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

const DATABASE: &str = "till.sqlite";

/// A copy of a till's disk.
pub struct DiskCopy {
    folder: PathBuf,
    keys: KeysInMemory,
}

/// An exchange under way.
pub struct Exchanging {
    /// Its number.
    pub number: u64,
    /// What its answer is taken with.
    pub asked: Asked,
    /// Bytes that went over the line so far.
    pub bytes: usize,
}

/// What an answer is taken with.
pub enum Asked {
    /// An exchange's.
    Exchange(Ticket),
    /// A succession's, and what the link does next if it is refused.
    Succession(Box<Succeeding>, Next),
}

/// A computer with a till on its disk: each time that a disk is replaced by an older copy, it is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Disk {
    /// Whose.
    pub place: usize,
    /// How often it was replaced.
    pub replaced: u32,
}

/// A till, and where it stands.
pub struct Place {
    /// Which company it belongs to.
    pub company: usize,
    /// Which of its shops.
    pub shop: usize,
    /// Its clock.
    pub clock: Arc<SkewedClock>,
    /// What it runs.
    pub version: Version,
    /// Moments around commits until it dies.
    pub doom: Option<u32>,
    /// Its disk is full.
    pub full: bool,
    /// How often its program has started.
    pub life: u64,
    /// When it talks, as of this life.
    pub link: Link,
    /// What it knows of the server, as of this life.
    pub peer: Option<Peer>,
    /// How long it waits before it asks again to go on as another device.
    pub pause: Pause,
    /// The exchange under way.
    pub exchange: Option<Exchanging>,
    /// What a person must look at, as of the last answer.
    pub trouble: Option<String>,
    /// Exchanges so far; the number of the last.
    pub exchanges: u64,
    /// Only the newest wake-up counts.
    pub wake: u64,
    /// Sales that were asked for and not confirmed: the cashier asks again.
    pub unsure: Vec<(ReceiptId, Vec<SaleLineInput>)>,
    /// How often its disk was replaced by an older copy: some of what it promised before comes back from the server only.
    pub replaced: u32,
    /// Its register, by a number: copies share it.
    pub register: usize,
    /// It, or a copy of it, was revoked, and may not have heard of its release.
    pub revoked: bool,
    /// An older copy of its disk.
    pub copy: Option<DiskCopy>,
    till: Option<Till>,
    folder: PathBuf,
    moves: u32,
    keys: Arc<KeysInMemory>,
    entropy: Arc<Seeded>,
}

impl Place {
    /// A till with an empty database below `folder`.
    pub fn new(company: usize, shop: usize, folder: PathBuf, truth: &Arc<TrueTime>, seed: u64, version: Version) -> Self {
        Self {
            company,
            shop,
            clock: SkewedClock::new(truth),
            version,
            doom: None,
            full: false,
            life: 0,
            link: Link::new(),
            peer: None,
            pause: Pause::default(),
            exchange: None,
            trouble: None,
            exchanges: 0,
            wake: 0,
            unsure: Vec::new(),
            replaced: 0,
            register: 0,
            revoked: false,
            copy: None,
            till: None,
            folder,
            moves: 0,
            keys: Arc::default(),
            entropy: Arc::new(Seeded::new(seed)),
        }
    }

    /// Another computer, with a copy of this one's disk below `folder` and its key store with it.
    pub fn clone_of(other: &Self, copy: DiskCopy, folder: PathBuf, truth: &Arc<TrueTime>, seed: u64) -> Result<Self> {
        fs::rename(copy.folder, &folder)?;
        let mut cloned = Self::new(other.company, other.shop, folder, truth, seed, other.version.clone());
        (cloned.register, cloned.revoked) = (other.register, other.revoked);
        cloned.keys = Arc::new(copy.keys);
        Ok(cloned)
    }

    /// Whether its program runs.
    pub const fn is_up(&self) -> bool {
        self.till.is_some()
    }

    /// Its database.
    pub fn database(&self) -> PathBuf {
        self.folder.join(DATABASE)
    }

    /// Who it is.
    pub fn device(&self) -> Option<DeviceId> {
        self.till.as_ref()?.reader().device()
    }

    /// Starts its program; false when it dies over it.
    pub fn start(&mut self) -> Result<bool> {
        fs::create_dir_all(&self.folder)?;
        let settings = Settings {
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            entropy: Arc::clone(&self.entropy) as Arc<dyn Entropy>,
            keys: Arc::clone(&self.keys) as Arc<dyn KeyStore>,
            version: self.version.name(),
        };
        self.life += 1;
        self.full = false;
        self.forget();
        let path = self.database();
        match switches::work(&self.version, &mut self.doom, || Till::open(&path, settings)) {
            Worked::Done(opened) => {
                let mut till = opened.map_err(|fault: OpenError| fault).context("a till's database opens again")?;
                till.marking().into_iter().for_each(|marking| marking());
                self.till = Some(till);
                Ok(true)
            }
            Worked::Died => Ok(false),
        }
    }

    /// What a program that ends forgets.
    fn forget(&mut self) {
        (self.link, self.peer, self.exchange, self.trouble) = (Link::new(), None, None, None);
        self.pause = Pause::default();
        self.wake += 1;
    }

    /// Lets it do something; none when it is down, or dies over it.
    pub fn work<T>(&mut self, work: impl FnOnce(&mut Till) -> T) -> Option<T> {
        let till = self.till.as_mut()?;
        match switches::work(&self.version, &mut self.doom, || work(till)) {
            Worked::Done(done) => Some(done),
            Worked::Died => {
                self.die();
                None
            }
        }
    }

    /// Its process is gone: what it had committed stays, and nothing is tidied.
    pub fn die(&mut self) {
        self.doom = None;
        // The files as they are now: closing them would move the write-ahead log into the database.
        let Some(till) = self.till.take() else { return };
        let left = self.fresh_folder();
        if copy_folder(&self.folder, &left).is_ok() {
            let before = std::mem::replace(&mut self.folder, left);
            drop(till);
            let _ = fs::remove_dir_all(before);
        }
        self.forget();
    }

    /// Ends its program.
    pub fn stop(&mut self) {
        self.till = None;
        self.forget();
    }

    /// Copies its disk as it is now.
    pub fn copy_disk(&mut self) -> Result<()> {
        let copy = self.fresh_folder();
        copy_folder(&self.folder, &copy)?;
        self.copy = Some(DiskCopy { folder: copy, keys: self.keys.copy() });
        Ok(())
    }

    /// Has the copy of its disk in place of its disk, with the key store of then or of now. Its program is down then.
    pub fn copy_back(&mut self, copy: DiskCopy, keys_too: bool) {
        self.stop();
        let before = std::mem::replace(&mut self.folder, copy.folder);
        let _ = fs::remove_dir_all(before);
        if keys_too {
            self.keys = Arc::new(copy.keys);
        }
        self.replaced += 1;
    }

    fn fresh_folder(&mut self) -> PathBuf {
        self.moves += 1;
        let name = self.folder.file_name().and_then(|name| name.to_str()).unwrap_or("till");
        let name = name.split('.').next().unwrap_or("till");
        self.folder.with_file_name(format!("{name}.{}", self.moves))
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for name in [DATABASE.to_owned(), format!("{DATABASE}-wal")] {
        if from.join(&name).exists() {
            fs::copy(from.join(&name), to.join(&name))?;
        }
    }
    Ok(())
}
