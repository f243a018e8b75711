//! The journal: logs, entries and signed heads, what becomes of each entry, and the tables that follow. It knows no other noun.

mod append;
mod digest;
mod error;
mod filling;
mod outgoing;
mod quarantine;
mod readable;
mod said;
mod seal;
mod server;
mod store;
mod waiting;
mod write;

pub use append::{append_in_tx, begin_in_tx};
pub use digest::{digests_in_tx, view};
pub use error::JournalError;
pub use filling::{note_shown_in_tx, own_held_in_tx, refuse_who_heard_more_in_tx};
pub use outgoing::pack_in_tx;
pub use quarantine::{Refused, keep_fork_in_tx, keep_in_tx, list_quarantined};
pub use readable::{Readable, Reader, hashes_in_tx, readable_in_tx};
pub use said::said_in_tx;
pub use seal::{is_sealed, seal};
pub use server::{Server, exists, server_in_tx, server_of};
pub use store::{
    entry::{Stored, entries_in_tx, hash_at_in_tx, set_verdict_in_tx, sign_in_tx},
    log::{
        HeldLog, Log, LogSummary, claim_in_tx, find_in_tx, forget_claims_in_tx, held_in_tx, is_any_outdated_in_tx, lock_in_tx, logs_in_tx,
        outdated, save_in_tx, summaries,
    },
    record::{record_changes_in_tx, records_after_in_tx},
};
pub use waiting::mark_understood;
pub use write::{Written, check_record, mark_in_tx, write_in_tx};
