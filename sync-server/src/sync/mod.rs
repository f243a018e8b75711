//! The exchange: a device says what it has and sends what the server lacks; the server takes it in and answers in kind.

mod error;
mod exchange;
pub mod routes;

pub use error::SyncError;
pub use exchange::exchange;
