//! Logs and their entries, as this database holds them. What becomes of an entry is for `writer` to say; no noun is known here.

mod error;
mod salvage;
mod store;

pub use error::JournalError;
pub(crate) use salvage::{Apart, Found, FoundLog, entry_at_location};
pub(crate) use store::{
    Place,
    entry::{
        Kept, Raw, counts, entry_at, entry_back, entry_bytes, entry_bytes_in, entry_in, entry_sizes, entry_waiting, flagged, holds,
        insert_entry_in_tx, open_entry, remove_behind_in_tx, set_verdict_in_tx, with_verdict,
    },
    fork::{branch, keep_branch_in_tx, note_fork_in_tx},
    log::{
        LogHead, LogRow, acknowledge_in_tx, add_log_in_tx, add_salvaged_in_tx, advance_in_tx, due, head, heads, is_any_due, is_foreign,
        log, log_at, logs, logs_of, mark_cut_in_tx, mark_foreign_in_tx, mark_in_tx, mark_log_in_tx, mark_unreadable_in_tx, max_lamport,
        receipts_behind, retire_in_tx, state, whole_in_tx, written_here,
    },
    salvaged::{adoptable, awaiting_receipts, forget_held_in_tx, put_aside_in_tx, waiting_at},
    signed_head::{last_signed, sign_in_tx, signature},
};
