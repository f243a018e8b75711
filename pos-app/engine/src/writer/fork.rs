//! Logs of others with two branches (I3): both are kept, and everybody holds the same again once what is held here gives way to the server's branch:
//! because a person decided it, or because all of it was written again by the device that took the writer's place.

use super::{Writer, apply::certified};
use crate::{
    books::Draft,
    device,
    enrolment::Member,
    journal::{self, LogHead},
    platform::StoreError,
    sync::SyncError,
};
use duka_ledger::{LogId, SealedEntry, TechnicalKind};
use rusqlite::Connection;

/// What came of another branch of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forked {
    /// Nothing of the log is taken any more until a person has decided.
    Undecided,
    /// What was held gives way: the log is taken anew, as the server holds it.
    Decided,
}

/// Entries of a successor's log among which one is looked for that was written again, and how many are read at once. What is written again begins a log.
const LOOKED_AT: u64 = 4_096;
const PAGE: u32 = 256;

impl Writer {
    /// Notes that a log has another branch, of which `branch` came, and says so in the journal, unless what is held of it gives way.
    pub(super) fn fork(&mut self, me: &Member, log: LogId, branch: &[SealedEntry]) -> Result<Forked, SyncError> {
        let Some(held) = journal::head(self.reading(), log)? else { return Ok(Forked::Undecided) };
        if self.give_way(me, &held)? {
            return Ok(Forked::Decided);
        }
        if !held.forked {
            let event = Draft::event(TechnicalKind::Quarantined, format!("{log} is forked: both branches are kept"));
            // Noted also by a till that may not write that it did.
            self.commit_events(vec![event], |tx, _| journal::note_fork_in_tx(tx, held.n, branch))?;
        }
        Ok(Forked::Undecided)
    }

    /// Puts aside what is held of a log with two branches, where nobody has to decide any more: the server's branch takes its place.
    pub(super) fn give_way(&mut self, me: &Member, held: &LogHead) -> Result<bool, SyncError> {
        let db = self.reading();
        let log = held.head.log;
        let common = match certified(db, me, log.device)?.and_then(|writer| writer.last_that_counts(log.scope)) {
            // Most likely both branches share what counts. If they do not, the log is taken from its beginning.
            Some(last) if held.forked && last < held.head.seq => last,
            Some(_) => 0,
            None if is_written_again(db, held)? => 0,
            None => return Ok(false),
        };
        if held.former {
            // Nobody else has it: whoever reads the journal must be able to find out.
            let event =
                Draft::event(TechnicalKind::Quarantined, format!("what this till wrote as {log} is another branch, and was put aside"));
            self.commit_events(vec![event], |tx, _| journal::mark_cut_in_tx(tx, held.n, common))?;
        } else {
            self.keep_lightly(|tx| journal::mark_cut_in_tx(tx, held.n, common))?;
        }
        Ok(true)
    }
}

/// Whether all that is held of a log behind the place where it parts from the server's was written again by the device that took its writer's
/// place, or by one that took that one's. Such a device writes a whole branch, in order, each entry with when and by whom it was first written: so it
/// is enough to find the last.
fn is_written_again(db: &Connection, held: &LogHead) -> Result<bool, StoreError> {
    let log = held.head.log;
    let Some(last) = journal::entry_at(db, held.n, held.head.seq)? else { return Ok(false) };
    let label = |sealed: &SealedEntry| (sealed.entry().at, sealed.entry().operator);
    for successor in device::successors(db, log.device)? {
        let Some(other) = journal::head(db, LogId { device: successor, scope: log.scope })? else { continue };
        let mut from = 1;
        while from <= other.head.seq.min(LOOKED_AT) {
            let page = journal::entry_in(db, other.n, from, PAGE)?;
            if page.iter().any(|kept| label(&kept.sealed) == label(&last)) {
                return Ok(true);
            }
            from = from.saturating_add(u64::from(PAGE));
        }
    }
    Ok(false)
}
