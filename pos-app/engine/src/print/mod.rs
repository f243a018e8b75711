//! The durable print queue: a printer that is off never holds a sale, and nothing is printed twice in silence.

mod command;
pub(crate) mod document;
mod error;
mod store;

pub use command::PrintOutcome;
pub(crate) use command::Queue;
pub use error::PrintError;
