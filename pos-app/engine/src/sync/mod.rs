//! The till's end of an exchange: what it holds and says, and how far both are in step. What came is taken in by `writer`; sockets are the
//! link's, and what is said next is for [`duka_sync::Peer`] to know.

mod error;
mod heads;
mod query;
mod request;
pub(crate) mod sign;
pub(crate) mod succession;
pub(crate) mod trouble;

pub use error::SyncError;
pub(crate) use heads::{hash_of, head_at, heads, shared_head};
pub use query::Unsynced;
pub(crate) use query::{stranded, unsynced};
pub use request::SealedRequest;
pub(crate) use request::{own_key, request};
