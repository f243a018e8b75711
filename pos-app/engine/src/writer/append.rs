//! Writing facts into the till's own logs.

use super::{
    apply::apply_in_tx,
    check::{asking, own_record},
};
use crate::{
    books::{By, Draft},
    device,
    enrolment::Member,
    journal::{self, JournalError, LogRow, Place},
    platform::StoreError,
    record::Known,
};
use duka_core::{LocalTime, OperatorId};
use duka_ledger::{
    Entry, EntryError, Fact, LogId, Scope, SealedEntry, TechnicalEvent, TechnicalKind,
    rule::{Flag, Judged, LogState, Verdict, Writer as Certified, judge, judge_fact},
};
use rusqlite::Connection;

/// A clock that is this much behind the last entry was set back, in µs.
const SET_BACK: i64 = 60_000_000;

/// The facts of one transaction: each sealed, chained to its log (I3), judged by the same rules as anybody's, and folded.
pub(super) struct Appending<'t> {
    pub(super) tx: &'t Connection,
    pub(super) me: &'t Member,
    pub(super) now: LocalTime,
    writer: Certified,
    /// The own logs that are written to.
    logs: Vec<LogRow>,
    /// The largest logical time seen anywhere.
    seen: u64,
    last: Option<SealedEntry>,
}

impl<'t> Appending<'t> {
    pub(super) fn begin(tx: &'t Connection, me: &'t Member, now: LocalTime) -> Result<Self, StoreError> {
        let writer = device::writer(tx, me.certificate.clone())?;
        Ok(Self { tx, me, now, writer, logs: Vec::new(), seen: journal::max_lamport(tx)?, last: None })
    }

    /// Writes a fact; first, where the clock was set back, that it was.
    pub(super) fn append(&mut self, draft: Draft) -> Result<(), JournalError> {
        let scope = draft.scope(self.me);
        let at = self.log(scope)?;
        let last_at = self.logs.get(at).filter(|log| log.seq > 0).map(|log| log.at);
        if let (Scope::Shop(_), Some(last_at)) = (scope, last_at)
            && last_at.micros().saturating_sub(self.now.at.micros()) > SET_BACK
        {
            // I8: a clock that was set back changes nothing but labels; it is only noted.
            let before = LocalTime { at: last_at, ..self.now }.date_time();
            let detail = format!("the clock was at {before} and is at {}", self.now.date_time());
            let event = TechnicalEvent { kind: TechnicalKind::ClockChanged, detail, operator: None, before: Some(last_at) };
            self.write(at, Draft { fact: Fact::TechnicalEvent(event), by: By::Device, known: None })?;
        }
        self.write(at, draft)
    }

    /// Moves the heads of the logs on. Gives the last entry.
    pub(super) fn end(self) -> Result<Option<SealedEntry>, StoreError> {
        for log in &self.logs {
            journal::advance_in_tx(self.tx, log)?;
        }
        Ok(self.last)
    }

    /// Which of the logs at hand is the one of `scope`.
    fn log(&mut self, scope: Scope) -> Result<usize, StoreError> {
        let id = LogId { device: self.me.device(), scope };
        if let Some(found) = self.logs.iter().position(|log| log.log == id) {
            return Ok(found);
        }
        let log = match journal::log(self.tx, id)? {
            Some(log) => log,
            None => journal::add_log_in_tx(self.tx, id)?,
        };
        self.logs.push(log);
        Ok(self.logs.len() - 1)
    }

    fn write(&mut self, at: usize, draft: Draft) -> Result<(), JournalError> {
        let Draft { fact, by, known } = draft;
        let operator = (by == By::Operator).then_some(self.me.answer.operator);
        let log = self.logs.get_mut(at).ok_or_else(gone)?;
        let entry = seal(log, self.seen, Label { now: self.now, operator }, fact.kind().number(), fact.encode()?)?;
        let (writer, state) = (&self.writer, &mut log.state);
        let judged = asking(self.tx, log.log.device, &own_record, |asks| judge_fact(writer, state, entry.entry(), fact, asks))?;
        match &judged.verdict {
            Verdict::Projected => {}
            Verdict::Flagged(Flag::Revoked) => return Err(JournalError::Revoked),
            Verdict::Flagged(flag) => return Err(JournalError::Refused(flag.to_string())),
            Verdict::Waiting(wait) => return Err(JournalError::Refused(wait.to_string())),
        }
        self.keep(at, entry, judged, known)
    }

    /// Writes what was written before in another branch, with when and by whom that was. It was confirmed to somebody: what a rule says
    /// against it now does not keep it out, it is flagged.
    pub(super) fn append_again(&mut self, scope: Scope, label: Label, kind: u16, body: Vec<u8>) -> Result<(), JournalError> {
        let at = self.log(scope)?;
        let log = self.logs.get_mut(at).ok_or_else(gone)?;
        let entry = seal(log, self.seen, label, kind, body)?;
        let (writer, state) = (&self.writer, &mut log.state);
        let judged = asking(self.tx, log.log.device, &own_record, |asks| judge(writer, state, &entry, asks))?;
        if judged.verdict != Verdict::Projected {
            tracing::warn!(verdict = ?judged.verdict, kind, "what was written again does not count");
        }
        self.keep(at, entry, judged, None)
    }

    /// Keeps the next entry of a log as it was judged, and has the tables follow.
    fn keep(&mut self, at: usize, entry: SealedEntry, judged: Judged, known: Option<Known>) -> Result<(), JournalError> {
        let log = self.logs.get_mut(at).ok_or_else(gone)?;
        journal::insert_entry_in_tx(self.tx, Place::of(log.n, entry.entry().seq)?, &entry, &judged.verdict)?;
        apply_in_tx(self.tx, log.n, judged.change(None, &entry), known)?;
        self.seen = self.seen.max(entry.entry().lamport);
        log.follow(&entry);
        self.last = Some(entry);
        Ok(())
    }

    /// Where the log of a scope stands.
    pub(super) fn state(&mut self, scope: Scope) -> Result<&LogState, StoreError> {
        let at = self.log(scope)?;
        self.logs.get(at).map(|log| &log.state).ok_or_else(gone)
    }
}

/// When an entry says that it was written, and by whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label {
    pub(super) now: LocalTime,
    pub(super) operator: Option<OperatorId>,
}

fn gone() -> StoreError {
    StoreError::Fault("an own log is gone".into())
}

/// The next entry of a log.
fn seal(log: &LogRow, seen: u64, label: Label, kind: u16, body: Vec<u8>) -> Result<SealedEntry, EntryError> {
    SealedEntry::seal(Entry {
        log: log.log,
        seq: log.seq.saturating_add(1),
        prev: log.hash,
        lamport: log.state.next_lamport(seen),
        at: label.now.at,
        offset_minutes: label.now.offset_minutes,
        operator: label.operator,
        kind,
        body: body.into(),
    })
}
