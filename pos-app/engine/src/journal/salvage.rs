//! What of a journal can be read in a damaged database, and how much of it is proven by the chains of its logs (I3).

use super::store::{Place, log};
use crate::platform::{Cell, Location, Pages, Row, StoreError};
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
    /// The newest head that its row names.
    pub(crate) claim: Option<super::LogHead>,
}

/// An entry, which is read again when it is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    seq: u64,
    hash: Hash,
    prev: Hash,
    at: Location,
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
    pub(crate) fn note(&mut self, row: &Row, at: Location) {
        if let [_, Cell::Integer(kind), Cell::Integer(_), Cell::Null | Cell::Text(_), Cell::Blob(bytes)] = row.cells.as_slice() {
            self.note_entry(row.number, *kind, bytes, at);
        } else if let Some(head) = log::head_of(row) {
            let log = self.logs.entry(head.head.log).or_default();
            log.n = Some(head.n);
            if log.claim.is_none_or(|known| (known.head.seq, known.acknowledged) <= (head.head.seq, head.acknowledged)) {
                log.claim = Some(head);
            }
        }
    }

    fn note_entry(&mut self, number: i64, kind: i64, bytes: &[u8], at: Location) {
        let (Some(place), Ok(sealed)) = (Place::from_number(number), SealedEntry::open(bytes.to_vec())) else { return };
        let entry = sealed.entry();
        if place.seq() != entry.seq || entry.seq == 0 || kind != i64::from(entry.kind) {
            return;
        }
        let log = self.logs.entry(entry.log).or_default();
        log.n = log.n.or(Some(place.log()));
        log.pieces.push(Piece { seq: entry.seq, hash: sealed.hash(), prev: entry.prev, at });
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

impl FoundLog {
    /// How many entries were found, some of them perhaps twice.
    pub(crate) fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Puts the log together: forward from its first entry, each the one that the next names as its predecessor.
    pub(crate) fn put_together(&self) -> Apart {
        let mut pieces = self.pieces.clone();
        pieces.sort_by_key(|piece| (piece.seq, piece.hash));
        pieces.dedup_by_key(|piece| (piece.seq, piece.hash));
        let at = |seq: u64| {
            let from = pieces.partition_point(|piece| piece.seq < seq);
            let to = pieces.partition_point(|piece| piece.seq <= seq);
            pieces.get(from..to).unwrap_or_default()
        };
        let last_found = pieces.last().map_or(0, |piece| piece.seq);
        let claim = self.claim.map(|claim| claim.head).filter(|head| head.seq <= last_found.saturating_add(FAR));
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
            whole: beyond.is_empty() && claim.is_some_and(|head| (head.seq, head.hash) == end),
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
