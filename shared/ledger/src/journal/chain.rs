//! Taking in a batch: which entries are new, and whether they may be believed. Used alike by till and server.

use super::{
    entry::{EntryError, Hash, LogId, SealedEntry},
    head::{PublicKey, SignedHead},
};
use duka_core::planted;
use minicbor::bytes::ByteVec;

/// Entries of one log in order, and the head that vouches for them.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Batch {
    /// The log.
    #[n(0)]
    pub log: LogId,
    /// The entries' bytes, consecutive, at least one.
    #[n(1)]
    pub entries: Vec<ByteVec>,
    /// The device's signature over the last of them.
    #[n(2)]
    pub head: SignedHead,
}

/// What a receiver already holds of a log: its last entry, or nothing (seq 0, [`Hash::NONE`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Place of the last entry held; 0 for none.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
}

impl Held {
    /// Nothing yet.
    pub const NOTHING: Self = Self { seq: 0, hash: Hash::NONE };
}

/// A batch that was checked: what of it is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// New entries in order; empty when all were held before (I2).
    pub fresh: Vec<SealedEntry>,
    /// How many were held before.
    pub known: usize,
}

/// Why a batch was not taken. Nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchFault {
    /// No entry in it.
    #[error("a batch of {0} is empty")]
    Empty(LogId),
    /// It starts past what is held: ask for what lies between.
    #[error("a batch of {log} starts at {starts}, but only {held} are held")]
    Gap {
        /// The log.
        log: LogId,
        /// Place of its first entry.
        starts: u64,
        /// Place of the last entry held.
        held: u64,
    },
    /// An entry cannot be read.
    #[error("entry {index} of a batch of {log}: {fault}")]
    Entry {
        /// The log.
        log: LogId,
        /// Which of the batch, from 0.
        index: usize,
        /// What is wrong.
        fault: EntryError,
    },
    /// An entry belongs to another log.
    #[error("an entry of {found} came in a batch of {log}")]
    WrongLog {
        /// The batch's log.
        log: LogId,
        /// The entry's.
        found: LogId,
    },
    /// An entry does not name the one before it.
    #[error("the chain of {log} breaks at {seq}")]
    BrokenChain {
        /// The log.
        log: LogId,
        /// Where.
        seq: u64,
    },
    /// The same place holds another entry: two writers on one log (I3).
    #[error("{log} is forked at {seq}: the same place holds two entries")]
    Fork {
        /// The log.
        log: LogId,
        /// Where the branches meet what is held.
        seq: u64,
    },
    /// The head is not signed by the device.
    #[error("the head of {log} at {seq} is not signed by its device")]
    Signature {
        /// The log.
        log: LogId,
        /// Place of the head.
        seq: u64,
    },
}

/// Checks a batch against what is held and the writer's key: order, chain, fork, and the one signature that covers all (I2, I3).
///
/// `held_hash(seq)` gives the hash of a held entry; it is asked only for places up to `held.seq`, at most once a batch.
pub fn verify_batch(
    batch: &Batch,
    held: Held,
    key: &PublicKey,
    held_hash: impl FnOnce(u64) -> Option<Hash>,
) -> Result<Verified, BatchFault> {
    let log = batch.log;
    let mut opened = Vec::with_capacity(batch.entries.len());
    for (index, bytes) in batch.entries.iter().enumerate() {
        let sealed = SealedEntry::open(bytes.to_vec()).map_err(|fault| BatchFault::Entry { log, index, fault })?;
        if sealed.entry().log != log {
            return Err(BatchFault::WrongLog { log, found: sealed.entry().log });
        }
        opened.push(sealed);
    }
    let (Some(first), Some(last)) = (opened.first(), opened.last()) else { return Err(BatchFault::Empty(log)) };

    let starts = first.entry().seq;
    if starts == 0 || (starts == 1) != (first.entry().prev == Hash::NONE) {
        return Err(BatchFault::BrokenChain { log, seq: starts });
    }
    let pairs = opened.iter().zip(opened.iter().skip(1));
    if let Some((_, broken)) =
        pairs.into_iter().find(|(a, b)| b.entry().prev != a.hash() || Some(b.entry().seq) != a.entry().seq.checked_add(1))
    {
        return Err(BatchFault::BrokenChain { log, seq: broken.entry().seq });
    }
    let (end, end_hash) = (last.entry().seq, last.hash());
    if batch.head.head.log != log || batch.head.head.seq != end || batch.head.head.hash != end_hash || batch.head.verify(key).is_err() {
        return Err(BatchFault::Signature { log, seq: end });
    }

    // Only now, with the device's own signature on it, may a difference be called a fork.
    if starts > held.seq.saturating_add(1) {
        return Err(BatchFault::Gap { log, starts, held: held.seq });
    }
    let meets = end.min(held.seq);
    let meeting_hash = if meets.saturating_add(1) == starts { first.entry().prev } else { hash_at(&opened, starts, meets) };
    let expected = if meets == held.seq { Some(held.hash) } else { held_hash(meets) };
    if expected != Some(meeting_hash) && !planted::is(planted::Bug::ForkUnseen) {
        return Err(BatchFault::Fork { log, seq: meets });
    }
    let known = usize::try_from(held.seq.saturating_add(1).saturating_sub(starts)).unwrap_or(usize::MAX).min(opened.len());
    Ok(Verified { fresh: opened.split_off(known), known })
}

fn hash_at(opened: &[SealedEntry], starts: u64, seq: u64) -> Hash {
    let index = usize::try_from(seq.saturating_sub(starts)).unwrap_or(usize::MAX);
    opened.get(index).map_or(Hash::NONE, SealedEntry::hash)
}
