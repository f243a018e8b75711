//! Facts of shared records.

use duka_core::ProductId;
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
    pub record: ProductId,
    /// The raw change.
    #[n(2)]
    pub change: ByteVec,
}
