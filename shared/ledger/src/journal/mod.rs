//! Logs: entries in their places, chained by hash, vouched for by signed heads.

mod chain;
mod entry;
mod head;

pub use chain::{Batch, BatchFault, Held, Verified, verify_batch};
pub use entry::{Entry, EntryError, Hash, LogId, Scope, SealedEntry};
pub use head::{DeviceKey, Head, PublicKey, SignatureError, SignedHead};
