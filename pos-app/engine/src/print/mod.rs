//! The print queue: what is to be printed is on disk with what it shows, and printed in its own time.

pub(crate) mod blocks;
mod command;
mod error;
mod store;

pub use command::PrintOutcome;
pub(crate) use command::{Decided, Queue, decide_in_tx, interrupted_in_tx, next_in_tx, printer, result_in_tx, stuck};
pub use error::PrintError;
