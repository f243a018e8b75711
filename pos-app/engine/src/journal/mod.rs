//! Logs and their entries, as this database holds them. What becomes of an entry is for `writer` to say; no noun is known here.

mod error;
mod salvage;
mod store;

pub use error::JournalError;
pub(crate) use salvage::{Apart, Found, FoundLog, entry_at_location};
pub(crate) use store::{
    Place,
    entry::{
        Stood, counts, entry_at, entry_back, entry_bytes, entry_in, entry_sizes, flagged, holds, insert_entry_in_tx, remove_behind_in_tx,
        set_aside, set_stood_in_tx,
    },
    fork::{branch, keep_branch_in_tx, note_fork_in_tx},
    log::{
        LogHead, LogRow, acknowledge_in_tx, add_log_in_tx, add_salvaged_in_tx, advance_in_tx, all_heads, cut_in_tx, head, heads, log, logs,
        logs_of, max_lamport, receipts_behind, retire_in_tx, written_here,
    },
    salvaged::{awaited, awaiting_receipts, forget_held_in_tx, put_aside_in_tx, waiting_at},
    signed_head::{last_signed, sign_in_tx, signature},
};
