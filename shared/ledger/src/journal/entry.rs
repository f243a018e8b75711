//! An entry: one fact in its place in a log, as the bytes that were hashed.

use crate::table::{self, Cell, Value};
use duka_core::{CompanyId, DeviceId, LocalTime, OperatorId, ShopId, Timestamp};
use minicbor::bytes::ByteVec;
use std::fmt;

/// A BLAKE3 hash of an entry's bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct Hash(#[cbor(n(0), with = "minicbor::bytes")] [u8; 32]);

impl Hash {
    /// What the first entry of a log names as its predecessor.
    pub const NONE: Self = Self([0; 32]);

    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// Takes 32 bytes as a hash.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(6).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Who may read a log: everyone of a company, or everyone of one shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
pub enum Scope {
    /// Shared by all shops of the company: products, certificates.
    #[n(0)]
    Company(#[n(0)] CompanyId),
    /// One shop's business: sales, shifts, stock.
    #[n(1)]
    Shop(#[n(0)] ShopId),
}

impl Scope {
    /// The sixteen bytes that tell this scope from any other (ids are unique across kinds).
    pub const fn id_bytes(&self) -> &[u8; 16] {
        match self {
            Self::Company(company) => company.as_bytes(),
            Self::Shop(shop) => shop.as_bytes(),
        }
    }
}

/// A log: what one device wrote for one scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
pub struct LogId {
    /// The writer.
    #[n(0)]
    pub device: DeviceId,
    /// The readers.
    #[n(1)]
    pub scope: Scope,
}

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scope {
            Scope::Company(company) => write!(f, "{}/company/{company}", self.device),
            Scope::Shop(shop) => write!(f, "{}/shop/{shop}", self.device),
        }
    }
}

/// One fact in its place.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Entry {
    /// The log it stands in.
    #[n(0)]
    pub log: LogId,
    /// Its place there, from 1.
    #[n(1)]
    pub seq: u64,
    /// The hash of the entry before it; [`Hash::NONE`] for the first (I3).
    #[n(2)]
    pub prev: Hash,
    /// Larger than any that the writer had seen: orders facts across logs (I8).
    #[n(3)]
    pub lamport: u64,
    /// What the writer's clock said, µs UTC: a label.
    #[n(4)]
    pub at: Timestamp,
    /// Minutes east of UTC at the writer.
    #[n(5)]
    pub offset_minutes: i16,
    /// Who was at the till; none for what a device did by itself.
    #[n(6)]
    pub operator: Option<OperatorId>,
    /// What kind of fact the body is.
    #[n(7)]
    pub kind: u16,
    /// The fact, CBOR with numbered fields.
    #[n(8)]
    pub body: ByteVec,
}

/// What can be wrong with the bytes of an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Not an entry at all.
    #[error("the bytes are not a journal entry: {0}")]
    Malformed(String),
    /// Past [`SealedEntry::MAX_BYTES`].
    #[error("an entry of {0} bytes is over the limit of 1 MiB")]
    TooLarge(usize),
    /// Something stands behind the entry.
    #[error("{0} bytes stand behind the entry")]
    TrailingBytes(usize),
}

/// An entry together with the bytes that were hashed. The bytes are stored and forwarded as they are, never encoded again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedEntry {
    entry: Entry,
    bytes: Vec<u8>,
    hash: Hash,
}

impl SealedEntry {
    /// The largest entry.
    pub const MAX_BYTES: usize = 1 << 20;

    /// Encodes and hashes a new entry.
    pub fn seal(entry: Entry) -> Result<Self, EntryError> {
        let bytes = minicbor::to_vec(&entry).map_err(|fault| EntryError::Malformed(fault.to_string()))?;
        if bytes.len() > Self::MAX_BYTES {
            return Err(EntryError::TooLarge(bytes.len()));
        }
        let hash = Hash::of(&bytes);
        Ok(Self { entry, bytes, hash })
    }

    /// Reads bytes that were stored or received.
    pub fn open(bytes: Vec<u8>) -> Result<Self, EntryError> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(EntryError::TooLarge(bytes.len()));
        }
        let mut decoder = minicbor::Decoder::new(&bytes);
        let entry: Entry = decoder.decode().map_err(|fault| EntryError::Malformed(fault.to_string()))?;
        let rest = bytes.len().saturating_sub(decoder.position());
        if rest != 0 {
            return Err(EntryError::TrailingBytes(rest));
        }
        let hash = Hash::of(&bytes);
        Ok(Self { entry, bytes, hash })
    }

    /// The entry.
    pub const fn entry(&self) -> &Entry {
        &self.entry
    }

    /// The bytes that were hashed.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Their hash.
    pub const fn hash(&self) -> Hash {
        self.hash
    }

    /// When it was written, for people.
    pub const fn local_time(&self) -> LocalTime {
        LocalTime { at: self.entry.at, offset_minutes: self.entry.offset_minutes }
    }
}

impl Cell for Hash {
    const KIND: table::Kind = table::Kind::Bytes;

    fn into_value(self) -> Value {
        Value::Bytes(self.0.to_vec())
    }

    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => bytes.try_into().ok().map(Self::from_bytes),
            _ => None,
        }
    }
}
