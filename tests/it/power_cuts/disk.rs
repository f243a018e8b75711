//! A disk as it may be after a power cut (ADR 18): what was synced is there, of the rest anything may be.
//!
//! - What a file holds is kept by a sync of that file; what a folder lists is kept by a sync of that folder, in the order in which it changed.
//! - A write that was not synced may be there, or not, or some of its sectors; bytes beside those that were written stay as they are.

use super::recording::Event;
use anyhow::{Context, Result, bail, ensure};
use duka_tests::till::Seeded;
use std::{
    collections::{BTreeMap, HashMap},
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// What of the changes that were not synced is on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsynced {
    /// Nothing.
    Dropped,
    /// Some sectors of some, by this seed.
    Torn(u64),
    /// All.
    Whole,
}

/// The files of a disk, below its folder.
pub type Image = BTreeMap<PathBuf, Vec<u8>>;

/// A folder's disk while a program works on it.
pub struct Disk {
    root: PathBuf,
    files: Vec<Lasting<Vec<u8>, Change>>,
    folders: Vec<Lasting<Names, Listing>>,
    /// By the number of a sync that has begun: what it covers.
    syncing: HashMap<u32, (Node, usize)>,
}

/// What is kept, and what waits for a sync.
struct Lasting<T, C> {
    kept: T,
    waiting: Vec<C>,
}

impl<T: Default, C> Default for Lasting<T, C> {
    fn default() -> Self {
        Self { kept: T::default(), waiting: Vec::new() }
    }
}

/// A file or a folder, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Node {
    File(usize),
    Folder(usize),
}

type Names = BTreeMap<OsString, Node>;
/// Names that come or go, all at once.
type Listing = Vec<(OsString, Option<Node>)>;

/// A change of a file.
enum Change {
    Bytes(usize, Vec<u8>),
    Length(usize),
}

impl Disk {
    /// With nothing in its folder.
    pub fn empty(root: &Path) -> Self {
        Self { root: root.to_owned(), files: Vec::new(), folders: vec![Lasting::default()], syncing: HashMap::new() }
    }

    /// Takes what happened. Gives whether anything could look different now.
    pub fn take(&mut self, event: &Event) -> Result<bool> {
        match event {
            Event::Told(_) | Event::Heard(_) => return Ok(false),
            Event::Made(path) if self.find(path).is_ok() => return Ok(false),
            Event::Made(path) => {
                self.files.push(Lasting::default());
                self.list(path, Some(Node::File(self.files.len() - 1)))?;
            }
            Event::FolderMade(path) => {
                self.folders.push(Lasting::default());
                self.list(path, Some(Node::Folder(self.folders.len() - 1)))?;
            }
            Event::Removed(path) => self.list(path, None)?,
            Event::Linked(path, other) => {
                let node = self.find(path)?;
                self.list(other, Some(node))?;
            }
            Event::Renamed(from, to) => self.rename(from, to)?,
            Event::Written { path, at, bytes } => {
                let file = self.file(path)?;
                let at = at.unwrap_or_else(|| file.now().len());
                file.waiting.push(Change::Bytes(at, bytes.clone()));
            }
            Event::Length(path, length) => self.file(path)?.waiting.push(Change::Length(*length)),
            Event::SyncBegun(number, path) => {
                let node = self.find(path)?;
                let covered = match node {
                    Node::File(place) => self.files[place].waiting.len(),
                    Node::Folder(place) => self.folders[place].waiting.len(),
                };
                self.syncing.insert(*number, (node, covered));
                return Ok(false);
            }
            Event::SyncEnded(number) => match self.syncing.remove(number).context("a sync ended that had not begun")? {
                (Node::File(place), covered) => self.files[place].keep(covered),
                (Node::Folder(place), covered) => self.folders[place].keep(covered),
            },
        }
        Ok(true)
    }

    /// The files that are there after a power cut now.
    pub fn after_a_cut(&self, unsynced: Unsynced) -> Image {
        let mut image = Image::new();
        let chance = match unsynced {
            Unsynced::Torn(seed) => Some(Seeded::new(seed)),
            _ => None,
        };
        self.collect(0, Path::new(""), unsynced, chance.as_ref(), &mut image);
        image
    }

    fn collect(&self, folder: usize, path: &Path, unsynced: Unsynced, chance: Option<&Seeded>, image: &mut Image) {
        let folder = &self.folders[folder];
        let listed = match (unsynced, chance) {
            (Unsynced::Dropped, _) => 0,
            (_, Some(chance)) => below(chance, folder.waiting.len() + 1),
            _ => folder.waiting.len(),
        };
        let mut names = folder.kept.clone();
        folder.waiting.iter().take(listed).for_each(|change| names.change(change));
        for (name, node) in names {
            let path = path.join(name);
            match node {
                Node::Folder(place) => self.collect(place, &path, unsynced, chance, image),
                Node::File(place) => {
                    let file = &self.files[place];
                    let bytes = match (unsynced, chance) {
                        (Unsynced::Dropped, _) => file.kept.clone(),
                        (_, Some(chance)) => file.torn(chance),
                        _ => file.now(),
                    };
                    image.insert(path, bytes);
                }
            }
        }
    }

    fn find(&self, path: &Path) -> Result<Node> {
        let below = path.strip_prefix(&self.root).context("a path outside")?;
        below.iter().try_fold(Node::Folder(0), |node, name| {
            let Node::Folder(place) = node else { bail!("{} is below a file", path.display()) };
            self.folders[place].now().get(name).copied().with_context(|| format!("{} is not there", path.display()))
        })
    }

    fn file(&mut self, path: &Path) -> Result<&mut Lasting<Vec<u8>, Change>> {
        match self.find(path)? {
            Node::File(place) => Ok(&mut self.files[place]),
            Node::Folder(_) => bail!("{} is a folder", path.display()),
        }
    }

    fn folder_of<'p>(&self, path: &'p Path) -> Result<(usize, &'p OsStr)> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { bail!("a path without a name") };
        match self.find(folder)? {
            Node::Folder(place) => Ok((place, name)),
            Node::File(_) => bail!("{} is a file", folder.display()),
        }
    }

    fn list(&mut self, path: &Path, node: Option<Node>) -> Result<()> {
        let (folder, name) = self.folder_of(path)?;
        self.folders[folder].waiting.push(vec![(name.to_owned(), node)]);
        Ok(())
    }

    fn rename(&mut self, from: &Path, to: &Path) -> Result<()> {
        let node = self.find(from)?;
        let ((folder, old), (other, new)) = (self.folder_of(from)?, self.folder_of(to)?);
        ensure!(folder == other, "a move from folder to folder is not followed by this test");
        self.folders[folder].waiting.push(vec![(old.to_owned(), None), (new.to_owned(), Some(node))]);
        Ok(())
    }
}

/// Something that changes step by step.
trait Changing<C> {
    fn change(&mut self, change: &C);
}

impl Changing<Listing> for Names {
    fn change(&mut self, change: &Listing) {
        for (name, node) in change {
            match node {
                Some(node) => drop(self.insert(name.clone(), *node)),
                None => drop(self.remove(name)),
            }
        }
    }
}

impl Changing<Change> for Vec<u8> {
    fn change(&mut self, change: &Change) {
        match change {
            Change::Bytes(at, bytes) => put(self, *at, bytes),
            Change::Length(length) => self.resize(*length, 0),
        }
    }
}

impl<T: Changing<C> + Clone, C> Lasting<T, C> {
    fn now(&self) -> T {
        let mut now = self.kept.clone();
        self.waiting.iter().for_each(|change| now.change(change));
        now
    }

    fn keep(&mut self, covered: usize) {
        let kept = &mut self.kept;
        self.waiting.drain(..covered.min(self.waiting.len())).for_each(|change| kept.change(&change));
    }
}

impl Lasting<Vec<u8>, Change> {
    /// With some of the sectors that wait.
    fn torn(&self, chance: &Seeded) -> Vec<u8> {
        let mut torn = self.kept.clone();
        // Now few are lost, now many.
        let arrives = chance.below(1_001);
        for change in &self.waiting {
            match change {
                Change::Bytes(at, bytes) => {
                    let mut place = *at;
                    while place < at + bytes.len() {
                        let end = (place / SECTOR * SECTOR + SECTOR).min(at + bytes.len());
                        if chance.chance(arrives) {
                            put(&mut torn, place, &bytes[place - at..end - at]);
                        }
                        place = end;
                    }
                }
                Change::Length(_) if !chance.chance(arrives) => {}
                Change::Length(_) => torn.change(change),
            }
        }
        torn
    }
}

/// Writes bytes at a place; a hole before it reads as zeros.
fn put(file: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[at..end].copy_from_slice(bytes);
}

fn below(chance: &Seeded, bound: usize) -> usize {
    let bound = u64::try_from(bound).unwrap_or(u64::MAX);
    usize::try_from(chance.below(bound)).unwrap_or(0)
}

#[test]
fn what_was_synced_is_there_and_of_the_rest_only_whole_sectors_or_nothing() {
    let root = Path::new("/disk");
    let at = |name: &str| root.join(name);
    let mut disk = Disk::empty(root);
    let wrote = |place, byte, length| Event::Written { path: at("a"), at: Some(place), bytes: vec![byte; length] };
    for event in [Event::Made(at("a")), wrote(0, 1, 600), Event::SyncBegun(1, at("a")), wrote(600, 2, 700), Event::SyncEnded(1)] {
        disk.take(&event).unwrap();
    }
    assert_eq!(disk.after_a_cut(Unsynced::Dropped), Image::new(), "a file that its folder does not list");
    disk.take(&Event::SyncBegun(2, root.to_owned())).unwrap();
    disk.take(&Event::SyncEnded(2)).unwrap();
    let name = PathBuf::from("a");
    assert_eq!(disk.after_a_cut(Unsynced::Dropped)[&name], [1; 600], "only what was written before the sync was asked for");
    assert_eq!(disk.after_a_cut(Unsynced::Whole)[&name], [vec![1; 600], vec![2; 700]].concat());
    let torn: std::collections::BTreeSet<Vec<u8>> = (0..200).map(|seed| disk.after_a_cut(Unsynced::Torn(seed))[&name].clone()).collect();
    let sectors = |file: &[u8]| [600..1_024, 1_024..1_300].map(|part| file.get(part).map(|part| (part.contains(&2), part.contains(&0))));
    assert!(torn.iter().all(|file| file[..600] == [1; 600]));
    assert!(torn.iter().all(|file| sectors(file).into_iter().flatten().all(|(written, empty)| written != empty)));
    assert_eq!(torn.len(), 4, "each of two sectors is there or not");

    disk.take(&Event::Renamed(at("a"), at("b"))).unwrap();
    assert!(disk.after_a_cut(Unsynced::Dropped).contains_key(&name), "a name that was not synced");
    assert!(disk.after_a_cut(Unsynced::Whole).contains_key(Path::new("b")));
}
