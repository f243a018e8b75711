//! The power is cut after each thing that a recording tells, in every way that the disk allows; what is left is opened again.

use super::{
    disk::{Disk, Image, Unsynced},
    recording::{Event, is_shared_memory},
};
use anyhow::{Context, Result, anyhow, ensure};
use std::{
    collections::HashSet,
    fs,
    panic::{self, AssertUnwindSafe},
    path::Path,
    sync::{Mutex, PoisonError, mpsc},
    thread,
};
use tempfile::TempDir;

/// What was confirmed, each with the place of the event that told it, in order.
pub struct Confirmations<C> {
    pub at: Vec<usize>,
    pub what: Vec<C>,
}

impl<C> FromIterator<(usize, C)> for Confirmations<C> {
    fn from_iter<I: IntoIterator<Item = (usize, C)>>(all: I) -> Self {
        let (at, what) = all.into_iter().unzip();
        Self { at, what }
    }
}

/// In each moment: how many mixtures of what was not synced may be on the disk, besides nothing of it and all of it.
#[derive(Clone, Copy)]
pub struct Ways {
    pub torn: u64,
    pub seed: u64,
    /// Whether a disk with a fault is kept for whoever looks into it.
    pub keep: bool,
}

/// What came of it.
pub struct Found {
    /// How many different disks were opened.
    pub disks: usize,
    pub faults: Vec<String>,
}

/// A disk after a cut: what is on it, how far the confirmations went, and when it was.
struct Cut {
    image: Image,
    confirmed: usize,
    when: String,
}

/// Replays `events` and gives each disk that a power cut could leave to `opened`, in a folder of its own, with what was confirmed before the cut.
/// Gives what was found; it ends with the first faults.
pub fn cut_everywhere<C: Sync>(
    events: &[Event],
    mut disk: Disk,
    confirmed: &Confirmations<C>,
    ways: Ways,
    opened: impl Fn(&Path, &[C]) -> Result<()> + Sync,
) -> Result<Found> {
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let (sender, receiver) = mpsc::sync_channel::<Cut>(workers);
    let (receiver, faults) = (Mutex::new(receiver), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(cut) = next else { return };
            if let Err(fault) = try_opening(&cut, &confirmed.what[..cut.confirmed], ways.keep, &opened) {
                faults.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{}: {fault:#}", cut.when));
            }
        }
    };
    let disks = thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
        let found = || !faults.lock().unwrap_or_else(PoisonError::into_inner).is_empty();
        let disks = cuts(events, &mut disk, &confirmed.at, ways, |cut| !found() && sender.send(cut).is_ok());
        drop(sender);
        disks
    })?;
    Ok(Found { disks, faults: faults.into_inner().unwrap_or_else(PoisonError::into_inner) })
}

/// Gives each disk once, with the most that was confirmed while it was so, until `give` has enough. Gives how many.
fn cuts(events: &[Event], disk: &mut Disk, confirmed: &[usize], ways: Ways, mut give: impl FnMut(Cut) -> bool) -> Result<usize> {
    let mut seen = HashSet::new();
    let mut standing: [Option<(blake3::Hash, Cut)>; 2] = [None, None];
    let (mut confirmations, mut enough) = (0, false);
    for (place, event) in events.iter().enumerate() {
        let changed = disk.take(event).with_context(|| format!("event {place}: {event}"))?;
        let told = confirmed.get(confirmations) == Some(&place);
        confirmations += usize::from(told);
        if !changed && !told || enough {
            continue;
        }
        let when = |unsynced| format!("the power was cut after event {place} ({event}) with what was not synced {unsynced:?}");
        for (standing, unsynced) in standing.iter_mut().zip([Unsynced::Dropped, Unsynced::Whole]) {
            let image = disk.after_a_cut(unsynced);
            let hash = hash(&image);
            let before = standing.replace((hash, Cut { image, confirmed: confirmations, when: when(unsynced) }));
            // A disk that stays as it is while more is confirmed is opened once, for all of it.
            if let Some((before, cut)) = before.filter(|(before, _)| *before != hash)
                && seen.insert((before, cut.confirmed))
            {
                enough |= !give(cut);
            }
        }
        for number in 0..ways.torn {
            let seed = ways.seed ^ u64::try_from(place)?.wrapping_mul(1_000).wrapping_add(number);
            let image = disk.after_a_cut(Unsynced::Torn(seed));
            if seen.insert((hash(&image), confirmations)) {
                enough |= !give(Cut { image, confirmed: confirmations, when: when(Unsynced::Torn(seed)) });
            }
        }
    }
    for (hash, cut) in standing.into_iter().flatten() {
        if seen.insert((hash, cut.confirmed)) && !enough {
            enough |= !give(cut);
        }
    }
    ensure!(confirmations == confirmed.len(), "every confirmation stands in the recording");
    Ok(seen.len())
}

/// Opens what is left after a cut.
fn try_opening<C>(cut: &Cut, confirmed: &[C], keep: bool, opened: &impl Fn(&Path, &[C]) -> Result<()>) -> Result<()> {
    let folder = fresh_folder()?;
    write(&cut.image, folder.path())?;
    let result = panic::catch_unwind(AssertUnwindSafe(|| opened(folder.path(), confirmed)));
    let result = result.unwrap_or_else(|panic| Err(anyhow!("a panic: {:?}", panic.downcast_ref::<String>())));
    result.or_else(|fault| {
        if !keep {
            return Err(fault);
        }
        let kept = tempfile::Builder::new().prefix("duka-power-cut-").tempdir()?.keep();
        write(&cut.image, &kept)?;
        Err(fault.context(format!("the disk is kept in {}", kept.display())))
    })
}

/// In memory where there is such a place: what is opened after the cut is thrown away.
fn fresh_folder() -> Result<TempDir> {
    Ok(tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir())?)
}

fn hash(image: &Image) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for (path, bytes) in image {
        hasher.update(path.as_os_str().as_encoded_bytes()).update(&[0]).update(&bytes.len().to_le_bytes()).update(bytes);
    }
    hasher.finalize()
}

/// Writes the files of a disk.
fn write(image: &Image, folder: &Path) -> Result<()> {
    for (path, bytes) in image {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
        fs::write(path, bytes)?;
    }
    Ok(())
}

/// The recording is whole: with nothing lost it gives exactly what the program left.
pub fn is_what_was_left(disk: &Disk, folder: &Path) -> Result<()> {
    let mut left = Image::new();
    collect(folder, folder, &mut left)?;
    let recorded = disk.after_a_cut(Unsynced::Whole);
    let names = |image: &Image| image.keys().cloned().collect::<Vec<_>>();
    ensure!(names(&recorded) == names(&left), "the recording has the files {:?}, the folder {:?}", names(&recorded), names(&left));
    for (path, bytes) in &left {
        ensure!(recorded.get(path) == Some(bytes), "{} is not what was recorded of it", path.display());
    }
    Ok(())
}

fn collect(root: &Path, folder: &Path, image: &mut Image) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, image)?;
        } else if !is_shared_memory(&path) {
            image.insert(path.strip_prefix(root)?.to_owned(), fs::read(&path)?);
        }
    }
    Ok(())
}
