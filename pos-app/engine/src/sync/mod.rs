//! The till's end of an exchange: what it says, and how far both are in step. What came is taken in by `writer`; sockets are the link's.

mod error;
mod query;
mod request;

pub use error::SyncError;
pub use query::Unsynced;
pub(crate) use query::unsynced;
pub(crate) use request::{heads, request};
