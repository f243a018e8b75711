//! The till's end of an exchange: what it says, and what it does with the answer. Sockets are the shell's.

mod error;
mod query;
mod request;
mod take;

pub use error::SyncError;
pub use query::Unsynced;
pub use take::Taken;
