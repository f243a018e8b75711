//! Facts of shared records.

use duka_core::RecordId;
use minicbor::{Decode, Encode, bytes::ByteVec};

/// What kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum RecordKind {
    /// A product.
    #[n(0)]
    Product,
}

/// [`crate::Fact::RecordChanged`]: one edit, as the raw change of the record's document. Posts nothing.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct RecordChanged {
    /// What kind of record.
    #[n(0)]
    pub kind: RecordKind,
    /// Which.
    #[n(1)]
    pub record: RecordId,
    /// Which of the writer's edits of this record it is, from 1.
    #[n(2)]
    pub number: u64,
    /// The raw change; its author is the writer, and its number the same.
    #[n(3)]
    pub change: ByteVec,
}
