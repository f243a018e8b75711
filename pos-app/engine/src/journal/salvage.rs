//! What of a journal can be read in a damaged database, and how much of it is proven by the chains of its logs (I3).

use super::store::{
    Place, fork,
    log::{self, LogHead},
    salvaged,
};
use crate::platform::{Cell, Location, Pages, Recency, Row, StoreError};
use duka_ledger::{Hash, LogId, SealedEntry};
use std::collections::{BTreeMap, BTreeSet};

/// A log's end is believed where entries are found near to it; a claim further off is damaged itself.
const FAR: u64 = 100_000;

/// Every log of which something was found.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) logs: BTreeMap<LogId, FoundLog>,
}

/// What was found of a log.
#[derive(Default)]
pub(crate) struct FoundLog {
    /// Under which number the damaged database held it, where that is known.
    pub(crate) n: Option<i64>,
    pieces: Vec<Piece>,
    /// Entries of another branch, or cut off: old pages may still hold them as if they were the log's.
    cut: BTreeSet<Hash>,
    /// The newest row of it that was found, and how new that is.
    claim: Option<(Recency, LogHead)>,
}

/// An entry, which is read again when it is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    seq: u64,
    hash: Hash,
    prev: Hash,
    at: Location,
    recency: Recency,
    /// It waited for those before it.
    waits: bool,
}

/// A log, put together.
pub(crate) struct Apart {
    /// From the first entry on, without a gap.
    pub(crate) chain: Vec<Location>,
    /// What stands behind a gap, in order.
    pub(crate) beyond: Vec<Location>,
    /// Entries that are known to be missing.
    pub(crate) missing: u64,
    /// The chain ends where the log did.
    pub(crate) whole: bool,
    /// More stood behind the chain's last entry, and nothing that was found names that entry.
    pub(crate) last_unproven: bool,
}

impl Found {
    /// Notes a row, if it is one of the journal's.
    pub(crate) fn note(&mut self, row: &Row, at: Location, recency: Recency) {
        if let [Cell::Null, Cell::Integer(kind), Cell::Integer(_), Cell::Null | Cell::Text(_), Cell::Blob(bytes)] = row.cells.as_slice() {
            self.note_entry(row.number, *kind, bytes, at, recency);
        } else if let Some((n, sealed)) = salvaged::set_aside(row) {
            self.log(&sealed, n).pieces.push(Piece { waits: true, ..Piece::of(&sealed, at, recency) });
        } else if let Some((n, sealed)) = fork::branched(row) {
            self.log(&sealed, n).cut.insert(sealed.hash());
        } else if let Some(head) = log::head_of(row) {
            let log = self.logs.entry(head.head.log).or_default();
            log.n = Some(head.n);
            log.claim(recency, head);
        }
    }

    /// What is found of an entry's log, which stood under number `n`.
    fn log(&mut self, sealed: &SealedEntry, n: i64) -> &mut FoundLog {
        let log = self.logs.entry(sealed.entry().log).or_default();
        log.n = log.n.or(Some(n));
        log
    }

    fn note_entry(&mut self, number: i64, kind: i64, bytes: &[u8], at: Location, recency: Recency) {
        let (Some(place), Ok(sealed)) = (Place::from_number(number), SealedEntry::open(bytes.to_vec())) else { return };
        let entry = sealed.entry();
        if place.seq() != entry.seq || entry.seq == 0 || kind != i64::from(entry.kind) {
            return;
        }
        self.log(&sealed, place.log()).pieces.push(Piece::of(&sealed, at, recency));
    }

    /// Gives each log a number of its own, that of the damaged database where it is known and free.
    pub(crate) fn number(&mut self) {
        let mut taken = BTreeSet::new();
        let mut homeless = Vec::new();
        for (id, log) in &mut self.logs {
            match log.n.filter(|n| *n > 0 && Place::of(*n, 0).is_ok()) {
                Some(n) if taken.insert(n) => {}
                _ => homeless.push(*id),
            }
        }
        let mut free = (1..).filter(|n| !taken.contains(n));
        for id in homeless {
            if let Some(log) = self.logs.get_mut(&id) {
                log.n = free.next();
            }
        }
    }
}

impl Piece {
    fn of(sealed: &SealedEntry, at: Location, recency: Recency) -> Self {
        Self { seq: sealed.entry().seq, hash: sealed.hash(), prev: sealed.entry().prev, at, recency, waits: false }
    }
}

impl FoundLog {
    /// Believes the newest row. Of those that the write-ahead log holds behind each other it is the last; else more is newer.
    fn claim(&mut self, recency: Recency, head: LogHead) {
        let is_newer = |(known, it): (Recency, LogHead)| {
            let more = recency == Recency::Later || (it.head.seq, it.acknowledged) <= (head.head.seq, head.acknowledged);
            known < recency || known == recency && more
        };
        if self.claim.is_none_or(is_newer) {
            self.claim = Some((recency, head));
        }
    }

    /// What its row says, which may be out of date where it is not [sure](Self::is_sure).
    pub(crate) fn row(&self) -> Option<LogHead> {
        // Before the log was cut its row named what was cut off.
        self.claim.filter(|(recency, head)| Self::is_new(*recency) || !self.cut.contains(&head.head.hash)).map(|(_, head)| head)
    }

    /// Whether what its row says is the last that it said.
    pub(crate) fn is_sure(&self) -> bool {
        self.claim.is_some_and(|(recency, _)| Self::is_new(recency))
    }

    fn is_new(recency: Recency) -> bool {
        recency >= Recency::Current
    }

    /// Its entries as they were found, each once, without those that are the log's no more: pages that SQLite has freed or replaced still hold them.
    fn pieces(&self) -> Vec<Piece> {
        let mut pieces = self.pieces.clone();
        // Entries and the row of their log are committed together: what a page as old as the row holds behind its head was cut off before.
        let end = self.row().filter(|_| self.is_sure()).map_or(u64::MAX, |row| row.head.seq);
        pieces.retain(|piece| piece.seq <= end || piece.waits || piece.recency == Recency::Later);
        pieces.sort_by_key(|piece| (piece.seq, piece.hash));
        pieces.dedup_by_key(|piece| (piece.seq, piece.hash));
        let is_contested = pieces.windows(2).any(|pair| matches!(pair, [one, next] if one.seq == next.seq));
        if is_contested || !self.cut.is_empty() {
            let vouched = self.vouched(&pieces);
            // The log may have come to hold some of another branch after all.
            pieces.retain(|piece| vouched.get(&piece.seq).map_or(!self.cut.contains(&piece.hash), |hash| *hash == piece.hash));
        }
        pieces
    }

    /// What the head of the log goes back to without a gap.
    fn vouched(&self, pieces: &[Piece]) -> BTreeMap<u64, Hash> {
        let mut vouched = BTreeMap::new();
        let mut next = self.row().map(|row| (row.head.seq, row.head.hash));
        for piece in pieces.iter().rev() {
            if next == Some((piece.seq, piece.hash)) {
                vouched.insert(piece.seq, piece.hash);
                next = piece.seq.checked_sub(1).map(|seq| (seq, piece.prev));
            }
        }
        vouched
    }

    /// How many entries were found, some of them perhaps twice.
    pub(crate) fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Puts the log together: forward from its first entry, each the one that the next names as its predecessor.
    pub(crate) fn put_together(&self) -> Apart {
        let pieces = self.pieces();
        let at = |seq: u64| {
            let from = pieces.partition_point(|piece| piece.seq < seq);
            let to = pieces.partition_point(|piece| piece.seq <= seq);
            pieces.get(from..to).unwrap_or_default()
        };
        let last_found = pieces.last().map_or(0, |piece| piece.seq);
        let claim = self.row().map(|row| row.head).filter(|head| head.seq <= last_found.saturating_add(FAR));
        // What names a place's entry: the next entry, or the head of the log.
        let named = |piece: &Piece| {
            let next = at(piece.seq.saturating_add(1));
            let head = claim.filter(|head| head.seq == piece.seq);
            let told = !next.is_empty() || head.is_some();
            let fits = next.iter().any(|next| next.prev == piece.hash) || head.is_some_and(|head| head.hash == piece.hash);
            if fits { Some(true) } else { told.then_some(false) }
        };
        let mut chain: Vec<Piece> = Vec::new();
        let mut end = (0, Hash::NONE);
        // Where two entries follow, the one that is named by what follows it.
        while let Some(next) = at(end.0 + 1).iter().filter(|next| next.prev == end.1).max_by_key(|next| named(next) == Some(true)) {
            chain.push(*next);
            end = (next.seq, next.hash);
        }
        if let Some(last) = chain.last().copied().filter(|last| named(last) == Some(false)) {
            // It can be read, but is not what was written.
            chain.pop();
            end = (last.seq - 1, last.prev);
        }
        // Of the others those that something vouches for, and those of which nothing is told.
        let beyond: Vec<Piece> = pieces.iter().filter(|piece| piece.seq > end.0 && named(piece) != Some(false)).copied().collect();
        let known_end = claim.map_or(0, |head| head.seq).max(last_found);
        let mut places: Vec<u64> = beyond.iter().map(|piece| piece.seq).collect();
        places.dedup();
        let found = u64::try_from(places.len()).unwrap_or(u64::MAX);
        Apart {
            whole: beyond.is_empty() && self.is_sure() && claim.is_some_and(|head| (head.seq, head.hash) == end),
            last_unproven: known_end > end.0 && chain.last().is_some_and(|last| named(last).is_none()),
            missing: known_end.saturating_sub(end.0).saturating_sub(found),
            chain: chain.into_iter().map(|piece| piece.at).collect(),
            beyond: beyond.into_iter().map(|piece| piece.at).collect(),
        }
    }
}

/// The entry at a location.
pub(crate) fn entry_at_location(pages: &mut Pages, at: Location) -> Result<SealedEntry, StoreError> {
    let gone = || StoreError::Fault("a page of the damaged file reads differently the second time".into());
    let row = pages.row(at).ok_or_else(gone)?;
    let bytes = row.cells.last().and_then(Cell::blob).ok_or_else(gone)?;
    SealedEntry::open(bytes.to_vec()).map_err(|_| gone())
}
