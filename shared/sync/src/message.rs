//! What is said in an exchange, and how much of it at once (I11).

use duka_core::CompanyId;
use duka_ledger::{Batch, Head, LogId};
use minicbor::{Decode, Encode};

/// Entries of one batch at most.
pub const MAX_ENTRIES: usize = 1_000;
/// Batches of one message at most.
pub const MAX_BATCHES: usize = 64;
/// Bytes of entries in one message at most (a single larger entry may go alone).
pub const MAX_BODY_BYTES: usize = 2 << 20;
/// A whole message, decompressed, at most: anything larger is refused unread.
pub const MAX_MESSAGE_BYTES: usize = 8 << 20;

/// What a device says.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Request {
    /// The company it belongs to.
    #[n(0)]
    pub company: CompanyId,
    /// The heads of all logs it holds.
    #[n(1)]
    pub have: Vec<Head>,
    /// What it believes the server lacks.
    #[n(2)]
    pub batches: Vec<Batch>,
    /// Whether it wants the digests of the tables both hold.
    #[n(3)]
    pub digests: bool,
}

/// What the server says back.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Answer {
    /// The heads of all logs it holds that the device may read, after taking in the request's batches.
    #[n(0)]
    pub have: Vec<Head>,
    /// What the device lacks.
    #[n(1)]
    pub batches: Vec<Batch>,
    /// Whether there is more than went into this answer.
    #[n(2)]
    pub more: bool,
    /// What it refused of the request.
    #[n(3)]
    pub refused: Vec<Refusal>,
    /// Digests of its tables for the device's company and shop; empty unless asked for.
    #[n(4)]
    pub digests: Vec<TableDigest>,
}

/// A table's digest.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct TableDigest {
    /// The table's name.
    #[n(0)]
    pub table: String,
    /// `duka_ledger::table::Digest::text`.
    #[n(1)]
    pub digest: String,
}

/// A batch that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Refusal {
    /// Of which log.
    #[n(0)]
    pub log: LogId,
    /// Place of the entry that was the reason.
    #[n(1)]
    pub seq: u64,
    /// Why, for programs.
    #[n(2)]
    pub reason: RefusalReason,
    /// Why, for people.
    #[n(3)]
    pub detail: String,
}

/// Why a batch was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum RefusalReason {
    /// It starts past what is held; the answer's `have` says where to go on. Nobody need look.
    #[n(0)]
    Gap,
    /// Chain, signature or encoding do not hold.
    #[n(1)]
    Broken,
    /// The same place holds another entry; the device is quarantined.
    #[n(2)]
    Fork,
    /// The device may not write this.
    #[n(3)]
    NotAllowed,
}
