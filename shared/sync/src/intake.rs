//! Taking in the pieces of a message, each by itself: a log that is refused stops no other. Used alike by till and server.

use crate::limit::{MAX_ENTRIES, MAX_PIECE_BYTES};
use duka_ledger::{Batch, BatchFault, Hash, Held, LogId, PublicKey, Verified, verify_batch};
use minicbor::{Decode, Encode};
use std::collections::BTreeMap;

/// How far a log of the message was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Taken {
    /// The log.
    #[n(0)]
    pub log: LogId,
    /// Place of the last entry held now; 0 for none.
    #[n(1)]
    pub held: u64,
    /// Why not further; none if all that came was taken.
    #[n(2)]
    pub refused: Option<Refusal>,
}

/// A piece that was not taken. What comes after it of its log was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Refusal {
    /// Place of the entry that was the reason.
    #[n(0)]
    pub seq: u64,
    /// Why.
    #[n(1)]
    pub reason: RefusalReason,
}

/// Why a piece was not taken. (An entry that only breaks a rule is taken, and flagged: `duka_ledger::rule`.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum RefusalReason {
    /// It starts past what is held; [`Taken::held`] says where to go on. Nobody need look.
    #[n(0)]
    Gap,
    /// An entry cannot be read, or stands in the wrong log, or there is none.
    #[n(1)]
    Unreadable,
    /// An entry does not name the one before it.
    #[n(2)]
    BrokenChain,
    /// The head is not signed by the log's writer.
    #[n(3)]
    Signature,
    /// The same place holds another entry, and both are signed (I3).
    #[n(4)]
    Fork,
    /// The log is of a company or shop that the receiver or the sender has no part in (I9).
    #[n(5)]
    NotThisScope,
    /// The writer's certificate is not here (yet).
    #[n(6)]
    UnknownWriter,
    /// The piece is larger than one may be, so it could not be relayed to a slow line.
    #[n(7)]
    TooLarge,
}

impl RefusalReason {
    /// Whether it mends itself in the next rounds; otherwise it stands until the server's own log says something new (a certificate, a
    /// standing) or a person acts.
    pub const fn mends_itself(self) -> bool {
        matches!(self, Self::Gap)
    }
}

/// Checks a piece against the limits, what is held and the writer's key. See [`verify_batch`].
pub fn check_piece(piece: &Batch, held: Held, key: &PublicKey, held_hash: impl FnOnce(u64) -> Option<Hash>) -> Result<Verified, Refusal> {
    let bytes: usize = piece.entries.iter().map(|entry| entry.len()).sum();
    if piece.entries.len() > MAX_ENTRIES || piece.entries.len() > 1 && bytes > MAX_PIECE_BYTES {
        return Err(Refusal { seq: first_place(piece), reason: RefusalReason::TooLarge });
    }
    verify_batch(piece, held, key, held_hash).map_err(|fault| refusal(&fault, piece))
}

/// Where a piece claims to start.
fn first_place(piece: &Batch) -> u64 {
    let count = u64::try_from(piece.entries.len()).unwrap_or(u64::MAX);
    piece.head.head.seq.saturating_sub(count).saturating_add(1)
}

/// What the fault of a piece is called in an answer.
fn refusal(fault: &BatchFault, piece: &Batch) -> Refusal {
    let first = first_place(piece);
    let (seq, reason) = match fault {
        BatchFault::Gap { starts, .. } => (*starts, RefusalReason::Gap),
        BatchFault::Fork { seq, .. } => (*seq, RefusalReason::Fork),
        BatchFault::BrokenChain { seq, .. } => (*seq, RefusalReason::BrokenChain),
        BatchFault::Signature { seq, .. } => (*seq, RefusalReason::Signature),
        BatchFault::Entry { index, .. } => (first.saturating_add(u64::try_from(*index).unwrap_or(0)), RefusalReason::Unreadable),
        BatchFault::Empty(_) | BatchFault::WrongLog { .. } => (first, RefusalReason::Unreadable),
    };
    Refusal { seq, reason }
}

/// How far each log of a message was taken, kept while its pieces are taken in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Intake {
    logs: BTreeMap<LogId, Taken>,
    entries: u64,
}

impl Intake {
    /// Whether a piece of the log was refused before: what comes after it would only be refused as a gap.
    pub fn is_stopped(&self, log: &LogId) -> bool {
        self.logs.get(log).is_some_and(|taken| taken.refused.is_some())
    }

    /// A piece was taken: `fresh` of its entries were new, and the log is now held up to `held`.
    pub fn took(&mut self, log: LogId, held: u64, fresh: usize) {
        self.entries = self.entries.saturating_add(u64::try_from(fresh).unwrap_or(u64::MAX));
        self.logs.insert(log, Taken { log, held, refused: None });
    }

    /// A piece was not taken; the log is held up to `held` as before.
    pub fn refused(&mut self, log: LogId, held: u64, refusal: Refusal) {
        self.logs.insert(log, Taken { log, held, refused: Some(refusal) });
    }

    /// Entries that were new.
    pub const fn entries(&self) -> u64 {
        self.entries
    }

    /// How far each log was taken, in the order of the logs.
    pub fn taken(&self) -> impl Iterator<Item = &Taken> {
        self.logs.values()
    }
}
