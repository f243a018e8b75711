//! The journal: the only way business state changes. An entry is written, chained and projected in one transaction.

mod append;
mod error;
mod project;
mod rebuild;
mod store;
mod take;

pub(crate) use append::{Audience, By, Pen, append_in_tx};
pub use error::JournalError;
pub(crate) use project::{Outcome, Stamp, project_waiting_in_tx};
pub use rebuild::Rebuilt;
pub(crate) use store::{
    LogRow, Place, acknowledge_in_tx, add_log_in_tx, entries, entry_at, log, log_by_number, logs, max_lamport, note_fork_in_tx,
    retire_in_tx, written_here,
};
pub(crate) use take::take_in_tx;
