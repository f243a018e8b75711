//! A database file read without SQLite, page by page, so that one damaged page costs what stands on it and nothing else: not the pages that it
//! points to, not those that are read after it. Formats: <https://sqlite.org/fileformat2.html>.

mod row;
mod wal;

pub(crate) use row::{Cell, Row};

use super::StoreError;
use row::{PAGE, Shape};
use std::{
    collections::HashMap,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};
use wal::Wal;

/// Where a page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Spot {
    /// In the file: its number, from 1.
    File(u32),
    /// In the write-ahead log: the offset of its content.
    Wal(u64),
}

/// Where a row stands: it can be read again without all the others being kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Location {
    spot: Spot,
    cell: u16,
}

/// How new a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Recency {
    /// Left over in the write-ahead log from before it began anew, or from what was never committed.
    Left,
    /// It was replaced by a newer one.
    Old,
    /// As SQLite would read it now.
    Current,
    /// Committed behind a damaged frame of the write-ahead log, at which SQLite would stop.
    Later,
}

/// A database file and its write-ahead log.
pub(crate) struct Pages {
    file: File,
    wal_file: Option<File>,
    count: u32,
    wal: Wal,
    /// The newest copy of each page behind what is committed.
    loose: HashMap<u32, u64>,
}

impl Pages {
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        let fault = |error: io::Error| StoreError::Fault(format!("the damaged file cannot be read: {error}"));
        let file = File::open(path).map_err(fault)?;
        let count = u32::try_from(file.metadata().map_err(fault)?.len().div_ceil(PAGE as u64)).unwrap_or(u32::MAX);
        let mut wal_file = match File::open(super::database::beside(path, "-wal")) {
            Ok(file) => Some(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(fault(error)),
        };
        let wal = match &mut wal_file {
            Some(file) => Wal::read(file).map_err(fault)?,
            None => Wal::default(),
        };
        let loose = wal.loose.iter().map(|loose| (loose.page, loose.at)).collect();
        Ok(Self { file, wal_file, count, wal, loose })
    }

    /// How many pages there are to look at.
    pub(crate) fn len(&self) -> usize {
        usize::try_from(self.count).unwrap_or(usize::MAX).saturating_add(self.wal.frames.len()).saturating_add(self.wal.loose.len())
    }

    /// Whether commits may be gone without a trace: no power cut leaves a write-ahead log so.
    pub(crate) fn headless(&self) -> bool {
        self.wal.headless
    }

    /// Gives every row of every leaf of a table, of whatever table; rows of an index and of tables without row ids are not among them.
    /// `looked` hears of each page.
    pub(crate) fn each_row(&mut self, mut looked: impl FnMut(), mut take: impl FnMut(Row, Location, Recency)) {
        let mut page = vec![0; PAGE];
        let frames = self.wal.frames.iter().map(|(_, at)| *at).chain(self.wal.loose.iter().map(|loose| loose.at));
        for spot in (1..=self.count).map(Spot::File).chain(frames.map(Spot::Wal)).collect::<Vec<_>>() {
            looked();
            if !self.read(spot, &mut page) {
                continue;
            }
            let recency = self.recency(spot);
            for cell in 0..row::cells(&page) {
                let location = Location { spot, cell };
                if let Some(row) = self.row_on(&page, cell) {
                    take(row, location, recency);
                }
            }
        }
    }

    /// The row at a location.
    pub(crate) fn row(&mut self, location: Location) -> Option<Row> {
        let mut page = vec![0; PAGE];
        if self.read(location.spot, &mut page) { self.row_on(&page, location.cell) } else { None }
    }

    fn recency(&self, spot: Spot) -> Recency {
        match spot {
            Spot::File(number) if self.wal.committed.contains_key(&number) => Recency::Old,
            Spot::File(_) => Recency::Current,
            Spot::Wal(at) if self.wal.current.contains(&at) => Recency::Current,
            Spot::Wal(at) if at < self.wal.end => Recency::Old,
            Spot::Wal(at) if self.wal.committed_to > at => Recency::Later,
            Spot::Wal(_) => Recency::Left,
        }
    }

    fn row_on(&mut self, page: &[u8], cell: u16) -> Option<Row> {
        let Shape { row, kept, rest, next } = row::shape(page, cell)?;
        let Some(next) = next else { return Row::parse(row, kept) };
        // What hangs over stands on pages of its own, of which there may be several copies.
        let views: [fn(&Self, u32) -> Option<Spot>; 3] = [Self::current, |_, number| Some(Spot::File(number)), Self::loose];
        views.into_iter().find_map(|view| {
            let bytes = self.overflow(kept.to_vec(), rest, next, view)?;
            let row = Row::parse(row, &bytes)?;
            row.is_sound().then_some(row)
        })
    }

    fn current(&self, number: u32) -> Option<Spot> {
        Some(self.wal.committed.get(&number).map_or(Spot::File(number), |at| Spot::Wal(*at)))
    }

    fn loose(&self, number: u32) -> Option<Spot> {
        self.loose.get(&number).map(|at| Spot::Wal(*at)).or_else(|| self.current(number))
    }

    fn overflow(&mut self, mut bytes: Vec<u8>, mut rest: usize, mut next: u32, view: fn(&Self, u32) -> Option<Spot>) -> Option<Vec<u8>> {
        let mut page = vec![0; PAGE];
        // Each page holds some of it, so that a circle of pages ends too.
        while rest > 0 {
            if next == 0 || !self.read(view(self, next)?, &mut page) {
                return None;
            }
            let (head, body) = page.split_first_chunk::<4>()?;
            let here = rest.min(body.len());
            bytes.extend_from_slice(body.get(..here)?);
            rest -= here;
            next = u32::from_be_bytes(*head);
        }
        Some(bytes)
    }

    /// Reads a page; false when it cannot be read, as from a disk that fails there.
    fn read(&mut self, spot: Spot, page: &mut [u8]) -> bool {
        let (file, at) = match spot {
            Spot::File(number) => (Some(&mut self.file), u64::from(number.saturating_sub(1)) * PAGE as u64),
            Spot::Wal(at) => (self.wal_file.as_mut(), at),
        };
        file.is_some_and(|file| file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(page)).is_ok())
    }
}

/// What a write-ahead log holds that SQLite would pass over in silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PassedOver {
    /// It cannot be said: its header is damaged.
    Anything,
    /// Entries of the journal, by their places; each was on the disk before something behind it was written. A power cut takes what was not synced,
    /// so it leaves none that the database does not also hold.
    Entries(Vec<i64>),
}

/// Looks behind the end that SQLite sees of the write-ahead log; to be asked before it opens it.
pub(crate) fn passed_over(path: &Path) -> Result<PassedOver, StoreError> {
    if !super::database::beside(path, "-wal").exists() {
        return Ok(PassedOver::Entries(Vec::new()));
    }
    let mut pages = Pages::open(path)?;
    if pages.headless() {
        return Ok(PassedOver::Anything);
    }
    let settled: Vec<u64> = pages.wal.loose.iter().filter(|loose| loose.settled).map(|loose| loose.at).collect();
    let mut page = vec![0; PAGE];
    let mut places = Vec::new();
    for at in settled {
        if pages.read(Spot::Wal(at), &mut page) {
            let rows = (0..row::cells(&page)).filter_map(|cell| pages.row_on(&page, cell)).filter(Row::is_entry);
            places.extend(rows.map(|row| row.number));
        }
    }
    places.sort_unstable();
    places.dedup();
    Ok(PassedOver::Entries(places))
}
