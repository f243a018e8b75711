//! Logs that are to be folded again, a page of one at a step, so that a sale fits between any two. Whatever is the cause (a device was revoked or
//! released, its certificate came late, a fork was decided, Duka was updated), it only marks the logs; what is done about them is here.
//!
//! While a log is folded again, its tables are right up to some place, and behind it as they were. What comes to it meanwhile waits.

use super::{
    Writer,
    apply::{apply_in_tx, certified, remake_in_tx},
    check,
    cut::cut_page_in_tx,
    rebuild::Anew,
};
use crate::{
    enrolment::Member,
    journal::{self, JournalError, Kept, LogRow, Place},
    platform::StoreError,
};
use duka_core::RecordId;
use duka_ledger::{
    LogId,
    rule::{Refold, Rows},
};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Entries of a step at most.
const PAGE: u32 = 256;
/// Entries of which something else becomes in a step, at most: a dozen rows each.
const MOST_CHANGES: usize = 64;

/// What the writer knows of its work on logs: nothing that a crash would lose.
#[derive(Default)]
pub(super) struct Folding {
    looking: Looking,
    at: Option<(i64, Refold)>,
}

impl Folding {
    /// The tables were made anew.
    pub(super) fn forget(&mut self) {
        *self = Self { looking: Looking::Done, at: None };
    }
}

/// What waited when the program started is tried again, since this version may understand more than the one before.
#[derive(Clone, Copy, Default)]
enum Looking {
    #[default]
    Began,
    Behind(Place),
    Done,
}

impl Writer {
    /// Takes one short step of what is to be done about logs; false when there is nothing to be done.
    pub(crate) fn fold_step(&mut self) -> Result<bool, JournalError> {
        let Some(me) = self.shared.member() else { return Ok(false) };
        if !matches!(self.folding.looking, Looking::Done) {
            self.look_step()?;
            return Ok(true);
        }
        match journal::due(self.reading(), me.server_device)? {
            None => {
                self.folding.at = None;
                Ok(false)
            }
            Some(log) => {
                self.fold_page(&me, log)?;
                Ok(true)
            }
        }
    }

    /// Folds a log to its end before anything is written to it: only then is known where it stands.
    pub(super) fn fold_whole(&mut self, me: &Member, log: LogId) -> Result<(), JournalError> {
        while let Some(log) = journal::log(self.reading(), log)?.filter(|log| !log.is_current || log.cut.is_some()) {
            self.fold_page(me, log)?;
        }
        Ok(())
    }

    fn look_step(&mut self) -> Result<(), StoreError> {
        let after = match self.folding.looking {
            Looking::Behind(place) => Some(place),
            Looking::Began | Looking::Done => None,
        };
        let page = journal::entry_waiting(self.reading(), after, PAGE)?;
        let mut logs = BTreeSet::new();
        for Kept { place, sealed, verdict } in &page {
            if !logs.contains(&place.log())
                && let Some(log) = journal::log_at(self.reading(), place.log())?
                && log.is_current
                && verdict.may_wait_no_more(sealed, &log.state)
            {
                logs.insert(place.log());
            }
        }
        self.keep_lightly(|tx| {
            if after.is_none() {
                journal::mark_unreadable_in_tx(tx)?;
            }
            logs.into_iter().try_for_each(|n| journal::mark_log_in_tx(tx, n))
        })?;
        self.folding.looking = page.last().map_or(Looking::Done, |last| Looking::Behind(last.place));
        Ok(())
    }

    fn fold_page(&mut self, me: &Member, mut log: LogRow) -> Result<(), JournalError> {
        if journal::is_foreign(self.reading())? {
            // Which rows another version wrote, only that one knows.
            return self.make_anew(Anew::All);
        }
        if let Some(common) = log.cut {
            self.folding.at = None;
            return Ok(self.keep_lightly(|tx| cut_page_in_tx(tx, &mut log, common))?);
        }
        // Forgotten when the step fails, and begun anew.
        let begun = self.folding.at.take().filter(|(n, refold)| *n == log.n && refold.seq() <= log.seq);
        let mut refold = match begun {
            Some((_, refold)) => refold,
            None => Refold::new(certified(self.reading(), me, log.log.device)?),
        };
        let n = log.n;
        let mut done = false;
        self.keep_lightly(|tx| {
            done = page_in_tx(tx, me, &log, &mut refold)?;
            Ok(())
        })?;
        self.folding.at = (!done).then_some((n, refold));
        Ok(())
    }
}

/// Folds a page; whether that was all of the log.
fn page_in_tx(tx: &Connection, me: &Member, log: &LogRow, refold: &mut Refold) -> Result<bool, StoreError> {
    let page = journal::entry_in(tx, log.n, refold.seq().saturating_add(1), PAGE)?;
    let (mut changes, mut records) = (0, BTreeSet::<RecordId>::new());
    for Kept { place, sealed, verdict } in page {
        let change = refold.next(&sealed, &verdict, &check::record);
        if change.is_new {
            journal::set_verdict_in_tx(tx, place, &change.verdict)?;
        }
        changes += usize::from(change.rows != Rows::Stay);
        records.extend(apply_in_tx(tx, log.n, change, None)?);
        if changes == MOST_CHANGES {
            break;
        }
    }
    remake_in_tx(tx, &records)?;
    if journal::is_foreign(tx)? {
        return Ok(true);
    }
    if refold.seq() < log.seq {
        return Ok(false);
    }
    let done = certified(tx, me, log.log.device)?.as_ref() == refold.writer();
    if done {
        journal::advance_in_tx(tx, &LogRow { state: refold.state().clone(), is_current: true, ..log.clone() })?;
    } else {
        // What holds of its writer has changed meanwhile.
        *refold = Refold::new(certified(tx, me, log.log.device)?);
    }
    Ok(done)
}
