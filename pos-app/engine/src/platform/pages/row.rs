//! Rows on a leaf of a table.

use duka_ledger::SealedEntry;

/// The size of a page: what SQLite takes where nothing is said, and nothing is.
pub(super) const PAGE: usize = 4_096;
/// Of a row that hangs over, a leaf keeps at least so much, and of one that does not, at most so much.
const LEAST: usize = (PAGE - 12) * 32 / 255 - 23;
const MOST: usize = PAGE - 35;
/// An entry and what stands beside it in its row; what claims to be longer is damaged or of no interest.
const LONGEST: usize = SealedEntry::MAX_BYTES + 4_096;
const TABLE_LEAF: u8 = 0x0d;
/// How many columns the tables have whose rows end with an entry: `fork`, and `entry` and `salvaged`.
const WITH_ENTRY: [usize; 2] = [4, 5];

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
    /// A number with a fraction, or text that is none.
    Other,
}

impl Cell {
    pub(crate) const fn integer(&self) -> Option<i64> {
        if let Self::Integer(value) = self { Some(*value) } else { None }
    }

    pub(crate) fn blob(&self) -> Option<&[u8]> {
        if let Self::Blob(bytes) = self { Some(bytes) } else { None }
    }

    pub(crate) fn id<const N: usize>(&self) -> Option<[u8; N]> {
        self.blob()?.try_into().ok()
    }
}

/// A row of a table with row ids.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) number: i64,
    pub(crate) cells: Vec<Cell>,
}

/// A row of a table that is known, its cells by the names of the columns.
pub(crate) struct Named<'r> {
    columns: &'r [&'r str],
    cells: &'r [Cell],
}

impl<'r> Named<'r> {
    /// The cell of a column. A row that was written before its table got the column ends before it.
    pub(crate) fn get(&self, column: &str) -> &'r Cell {
        let at = self.columns.iter().position(|name| *name == column);
        at.and_then(|at| self.cells.get(at)).unwrap_or(&Cell::Null)
    }
}

/// How a row stands on its leaf.
pub(super) struct Shape<'p> {
    pub(super) row: i64,
    pub(super) kept: &'p [u8],
    /// Bytes on other pages, and the first of these.
    pub(super) rest: usize,
    pub(super) next: Option<u32>,
}

/// How many rows a page has; none when it is not a leaf of a table. (The first page of a database is never one of interest: it is the schema's.)
pub(super) fn cells(page: &[u8]) -> u16 {
    match page {
        [TABLE_LEAF, _, _, high, low, ..] => u16::from_be_bytes([*high, *low]).min(u16::try_from(PAGE / 4).unwrap_or(u16::MAX)),
        _ => 0,
    }
}

pub(super) fn shape(page: &[u8], cell: u16) -> Option<Shape<'_>> {
    let pointer = 8 + 2 * usize::from(cell);
    let at = u16::from_be_bytes(page.get(pointer..pointer + 2)?.try_into().ok()?);
    let mut bytes = page.get(usize::from(at)..)?;
    let length = usize::try_from(varint(&mut bytes)?).ok().filter(|length| *length <= LONGEST)?;
    let row = varint(&mut bytes)?;
    if length <= MOST {
        return Some(Shape { row, kept: bytes.get(..length)?, rest: 0, next: None });
    }
    let kept = LEAST + (length - LEAST) % (PAGE - 4);
    let kept = if kept <= MOST { kept } else { LEAST };
    let next = u32::from_be_bytes(bytes.get(kept..kept + 4)?.try_into().ok()?);
    Some(Shape { row, kept: bytes.get(..kept)?, rest: length - kept, next: Some(next) })
}

impl Row {
    pub(super) fn parse(number: i64, bytes: &[u8]) -> Option<Self> {
        let mut header = bytes;
        let length = usize::try_from(varint(&mut header)?).ok()?;
        let before = bytes.len().checked_sub(header.len())?;
        let mut header = bytes.get(before..length)?;
        let mut body = bytes.get(length..)?;
        let mut cells = Vec::new();
        while !header.is_empty() {
            let kind = varint(&mut header)?;
            cells.push(value(kind, &mut body)?);
        }
        Some(Self { number, cells })
    }

    /// As a row of the table with these columns; none when it has more.
    pub(crate) fn named<'r>(&'r self, columns: &'r [&'r str]) -> Option<Named<'r>> {
        (self.cells.len() <= columns.len()).then_some(Named { columns, cells: &self.cells })
    }

    /// Whether it is a row of the table `entry`, with an entry that can be read: the number of the row is its first column, whose cell is empty.
    pub(crate) fn is_entry(&self) -> bool {
        matches!(self.cells.as_slice(), [Cell::Null, _, _, _, Cell::Blob(_)]) && self.is_sound()
    }

    /// Whether the entry can be read that it ends with, if it should end with one.
    pub(super) fn is_sound(&self) -> bool {
        match self.cells.last() {
            Some(Cell::Blob(bytes)) if WITH_ENTRY.contains(&self.cells.len()) => SealedEntry::open(bytes.clone()).is_ok(),
            _ => true,
        }
    }
}

fn value(kind: i64, body: &mut &[u8]) -> Option<Cell> {
    let mut take = |length: usize| {
        let (taken, rest) = body.split_at_checked(length)?;
        *body = rest;
        Some(taken)
    };
    Some(match kind {
        0 => Cell::Null,
        1..=6 => {
            let bytes = take([0, 1, 2, 3, 4, 6, 8].get(usize::try_from(kind).ok()?).copied()?)?;
            let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
            let start = if negative { -1 } else { 0 };
            Cell::Integer(bytes.iter().fold(start, |value: i64, byte| value << 8 | i64::from(*byte)))
        }
        7 => take(8).map(|_| Cell::Other)?,
        8 => Cell::Integer(0),
        9 => Cell::Integer(1),
        12.. => {
            let bytes = take(usize::try_from((kind - 12) / 2).ok()?)?.to_vec();
            if kind % 2 == 0 { Cell::Blob(bytes) } else { String::from_utf8(bytes).map_or(Cell::Other, Cell::Text) }
        }
        _ => return None,
    })
}

/// A number of one to nine bytes.
fn varint(bytes: &mut &[u8]) -> Option<i64> {
    let mut value: i64 = 0;
    for place in 0..9 {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        if place == 8 {
            return Some(value << 8 | i64::from(*first));
        }
        value = value << 7 | i64::from(first & 0x7f);
        if first & 0x80 == 0 {
            break;
        }
    }
    Some(value)
}
