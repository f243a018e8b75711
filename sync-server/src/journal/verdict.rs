//! Entries with what became of them.

use duka_ledger::{SealedEntry, rule::StoredVerdict};

/// A stored entry.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The entry.
    pub sealed: SealedEntry,
    /// What became of it.
    pub verdict: StoredVerdict,
}
