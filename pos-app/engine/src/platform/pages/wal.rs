//! The write-ahead log beside a database: which of its pages count, and which stand behind damage.

use super::row::PAGE;
use std::{
    collections::{HashMap, HashSet},
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

const HEADER: usize = 32;
const FRAME: usize = 24;
const MAGIC: u32 = 0x377f_0682;

/// What a write-ahead log holds.
#[derive(Default)]
pub(super) struct Wal {
    /// Where the newest committed content of a page stands.
    pub(super) committed: HashMap<u32, u64>,
    pub(super) current: HashSet<u64>,
    /// Every committed frame: page and offset of its content.
    pub(super) frames: Vec<(u32, u64)>,
    /// What stands behind the last commit that SQLite would read.
    pub(super) loose: Vec<Loose>,
    /// Where the committed frames end that SQLite would read.
    pub(super) end: u64,
    /// Where the last commit ends of all that were written since the log began anew.
    pub(super) committed_to: u64,
    /// Its header is damaged: SQLite would read nothing of it, and say nothing.
    pub(super) headless: bool,
}

/// A frame behind a broken one.
#[derive(Clone, Copy)]
pub(super) struct Loose {
    pub(super) page: u32,
    /// Offset of its content.
    pub(super) at: u64,
    /// A commit stands behind it, and something behind that.
    pub(super) settled: bool,
}

/// A running checksum over words in the log's byte order.
#[derive(Clone, Copy)]
struct Sum {
    one: u32,
    two: u32,
    big: bool,
}

impl Sum {
    fn add(mut self, bytes: &[u8]) -> Self {
        let word = |bytes: [u8; 4]| if self.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
        for pair in bytes.chunks_exact(8) {
            let (Some(one), Some(two)) = (pair.first_chunk(), pair.last_chunk()) else { continue };
            self.one = self.one.wrapping_add(word(*one)).wrapping_add(self.two);
            self.two = self.two.wrapping_add(word(*two)).wrapping_add(self.one);
        }
        self
    }

    const fn is(self, one: u32, two: u32) -> bool {
        self.one == one && self.two == two
    }
}

/// A number in the header of the log or of a frame.
fn number(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_be_bytes)
}

impl Wal {
    pub(super) fn read(file: &mut File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        let mut header = [0; HEADER];
        if length < HEADER as u64 {
            return Ok(Self::default());
        }
        file.seek(SeekFrom::Start(0))?;
        file.read_exact(&mut header)?;
        let magic = number(&header, 0);
        let sum = Sum { one: 0, two: 0, big: magic & 1 == 1 };
        let summed = sum.add(header.get(..24).unwrap_or_default());
        let sound = magic & !1 == MAGIC && summed.is(number(&header, 24), number(&header, 28));
        // What damages the header may damage the first frame too, which stands in the same sector.
        let salts = match (sound, Self::salts_of(file, 1)?) {
            (false, Some(salts)) => salts,
            _ => (number(&header, 16), number(&header, 20)),
        };
        file.seek(SeekFrom::Start(HEADER as u64))?;
        let mut wal = Self { end: HEADER as u64, ..Self::default() };
        // It stands in one sector, which is whole or was never written.
        wal.headless = !sound && header != [0; HEADER];
        wal.follow(file, sound.then_some(summed), salts)?;
        Ok(wal)
    }

    /// What the frames have in common that were written since the log began anew.
    fn salts_of(file: &mut File, frame: u64) -> io::Result<Option<(u32, u32)>> {
        let mut head = [0; FRAME];
        file.seek(SeekFrom::Start(HEADER as u64 + frame * (FRAME + PAGE) as u64))?;
        Ok(file.read_exact(&mut head).is_ok().then(|| (number(&head, 8), number(&head, 12))))
    }

    /// Goes through the frames: those that SQLite would read, and those behind them.
    fn follow(&mut self, file: &mut File, mut sum: Option<Sum>, salts: (u32, u32)) -> io::Result<()> {
        let mut frame = vec![0; FRAME + PAGE];
        let mut open: Vec<Loose> = Vec::new();
        // Behind the last commit that something follows nothing is settled.
        let (mut commit_at, mut settled_to) = (0, 0);
        let mut at = HEADER as u64;
        while file.read_exact(&mut frame).is_ok() {
            let (head, content) = frame.split_at(FRAME);
            let (page, commit) = (number(head, 0), number(head, 4) != 0);
            let ours = (number(head, 8), number(head, 12)) == salts;
            sum = sum.map(|sum| sum.add(head.get(..8).unwrap_or_default()).add(content));
            sum = sum.filter(|sum| ours && page != 0 && sum.is(number(head, 16), number(head, 20)));
            open.push(Loose { page, at: at + FRAME as u64, settled: false });
            at += (FRAME + PAGE) as u64;
            if sum.is_some() && commit {
                for Loose { page, at, .. } in open.drain(..) {
                    self.frames.push((page, at));
                    self.committed.insert(page, at);
                }
                (self.end, commit_at) = (at, at);
            } else if ours {
                settled_to = commit_at;
                commit_at = if commit { at } else { commit_at };
            }
        }
        self.committed_to = commit_at;
        self.current = self.committed.values().copied().collect();
        self.loose = open.into_iter().map(|loose| Loose { settled: loose.at < settled_to, ..loose }).collect();
        Ok(())
    }
}
