//! Logs and their entries, as this database holds them. What becomes of an entry is for `writer` to say; no noun is known here.

mod error;
mod store;

pub use error::JournalError;
pub(crate) use store::{
    LogRow, Place, Stood, acknowledge_in_tx, add_log_in_tx, advance_in_tx, counts, entries, entry_at, entry_in, flagged,
    insert_entry_in_tx, log, logs, logs_of, max_lamport, note_fork_in_tx, retire_in_tx, set_stood_in_tx, sign_in_tx, written_here,
};
