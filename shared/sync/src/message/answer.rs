//! From the server back to the device.

use crate::{
    acknowledged::Acknowledged,
    heads::{BucketDigest, Summary},
    intake::Taken,
};
use duka_core::{DeviceId, Timestamp};
use duka_ledger::{Batch, Hash, Head, LogId};
use minicbor::{Decode, Encode};

/// What the server says back. It is signed whole and names the request it answers: given to another request, it is refused.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Answer {
    /// The hash of the request.
    #[n(0)]
    pub request: Hash,
    /// Who answers.
    #[n(1)]
    pub server: DeviceId,
    /// Whom.
    #[n(2)]
    pub device: DeviceId,
    /// What the server's clock said: a label (I8).
    #[n(3)]
    pub sent_at: Timestamp,
    /// The counter of the last request of this device that was acted on: the next one must be higher.
    #[n(4)]
    pub counter: u64,
    /// What it says.
    #[n(5)]
    pub said: Said,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Said {
    /// Its counter was used before: nothing of it was taken.
    #[n(0)]
    Stale,
    /// It was acted on.
    #[n(1)]
    Exchanged(#[n(0)] Box<Exchanged>),
    /// No device of this id was certified, as far as the server's own log goes here, which is up to this place: nothing was taken but pieces
    /// of that log, which prove themselves. Who holds more of it may bring it: it may say who is certified.
    #[n(2)]
    NotEnrolled(#[n(0)] u64),
}

/// How both sides stand, and what is sent.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Exchanged {
    /// All that the server holds of what the device may read, after taking in the request's pieces.
    #[n(0)]
    pub summary: Summary,
    /// What the server signs that it holds.
    #[n(1)]
    pub acknowledged: Acknowledged,
    /// Where it differs from what the request said.
    #[n(2)]
    pub difference: Difference,
    /// How far each log in the request was taken.
    #[n(3)]
    pub taken: Vec<Taken>,
    /// What the device lacks.
    #[n(4)]
    pub batches: Vec<Batch>,
    /// Hashes that let the device compare its own logs, and the log it traces, with the server's.
    #[n(5)]
    pub places: Vec<Head>,
    /// Digests of the tables for the device's company and shop; empty unless asked for.
    #[n(6)]
    pub digests: Vec<TableDigest>,
}

/// Where both sides differ, as closely as the request allowed to tell.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Difference {
    /// Nowhere: the heads agree.
    #[n(0)]
    None,
    /// In some of these buckets: say the heads in those that differ.
    #[n(1)]
    Outline(#[n(0)] Vec<BucketDigest>),
    /// The heads that were said are compared.
    #[n(2)]
    Compared(#[n(0)] Compared),
}

/// What came of comparing heads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Compared {
    /// Logs of which the server would like more.
    #[n(0)]
    pub wants: Vec<Want>,
    /// Logs that stand at one place with different entries (I3).
    #[n(1)]
    pub diverged: Vec<LogId>,
    /// Whether the device lacks more than went into this answer.
    #[n(2)]
    pub more: bool,
}

/// A log that the server would like to have from a place on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Want {
    /// The log.
    #[n(0)]
    pub log: LogId,
    /// Place of the last entry it holds; 0 for none.
    #[n(1)]
    pub held: u64,
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
