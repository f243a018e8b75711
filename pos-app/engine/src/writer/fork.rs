//! Logs of others with two branches (I3): both are kept, a person is told, and once that person has decided, everybody holds the same again.

use super::{Writer, apply::certified};
use crate::{books::Draft, enrolment::Member, journal, platform::StoreError, sync::SyncError};
use duka_ledger::{LogId, SealedEntry, TechnicalKind};

/// What came of another branch of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forked {
    /// Nothing of the log is taken any more until a person has decided.
    Undecided,
    /// It was decided: the log is taken anew, as the server holds it.
    Decided,
}

impl Writer {
    /// Notes that a log has another branch, of which `branch` came, and says so in the journal. Where its device was revoked since, that is
    /// what a person decided: what is held of it is put aside, and the server's branch takes its place.
    pub(super) fn fork(&mut self, me: &Member, log: LogId, branch: &[SealedEntry]) -> Result<Forked, SyncError> {
        let Some(held) = journal::log(self.reading(), log)? else { return Ok(Forked::Undecided) };
        let noted = journal::head(self.reading(), log)?.is_some_and(|head| head.forked);
        if let Some(last) = self.decided(me, log)? {
            // Most likely both branches share what counts. If they do not, the log is taken from its beginning.
            let common = if noted && last < held.seq { last } else { 0 };
            self.keep_lightly(|tx| journal::mark_cut_in_tx(tx, held.n, common))?;
            return Ok(Forked::Decided);
        }
        if !noted {
            let event = Draft::event(TechnicalKind::Quarantined, format!("{log} is forked: both branches are kept"));
            // Noted also by a till that may not write that it did.
            self.commit_events(vec![event], |tx, _| journal::note_fork_in_tx(tx, held.n, branch))?;
        }
        Ok(Forked::Undecided)
    }

    /// The last entry of a log that counts, where a person revoked its device.
    pub(super) fn decided(&self, me: &Member, log: LogId) -> Result<Option<u64>, StoreError> {
        Ok(certified(self.reading(), me, log.device)?.and_then(|writer| writer.last_that_counts(log.scope)))
    }
}
