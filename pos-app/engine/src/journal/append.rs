//! Writing a fact into an own log.

use super::{
    JournalError,
    project::{Outcome, Stamp, apply_fact_in_tx},
    store::{self, LogRow, Place},
};
use crate::{enrolment::Me, product::Known};
use duka_core::LocalTime;
use duka_ledger::{Entry, Fact, LogId, Scope, SealedEntry, TechnicalEvent, TechnicalKind};
use rusqlite::Connection;
use std::sync::Arc;

/// A clock that is this much behind the last entry was set back, in µs.
const SET_BACK: i64 = 60_000_000;

/// Who writes, and what the clock says.
#[derive(Clone)]
pub(crate) struct Pen {
    pub(crate) me: Arc<Me>,
    pub(crate) now: LocalTime,
}

/// Who may read a fact, and so in which log it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    Company,
    Shop,
}

/// Who caused a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Operator,
    Device,
}

/// Seals a fact, chains it to its log (I3) and applies it to the tables. `known` spares a record's document from being read again.
pub(crate) fn append_in_tx(
    tx: &Connection,
    pen: &Pen,
    audience: Audience,
    by: By,
    fact: &Fact,
    known: Option<Known>,
) -> Result<SealedEntry, JournalError> {
    let scope = match audience {
        Audience::Company => Scope::Company(pen.me.company),
        Audience::Shop => Scope::Shop(pen.me.shop),
    };
    let id = LogId { device: pen.me.device, scope };
    let own = store::logs_of(tx, pen.me.device)?;
    let seen = own.iter().map(|log| log.lamport).max().unwrap_or(0);
    let mut log = match own.into_iter().find(|log| log.log == id) {
        Some(log) => log,
        None => store::add_log_in_tx(tx, id, store::max_lamport(tx)?)?,
    };
    let mut lamport = seen.max(log.lamport);
    if audience == Audience::Shop && log.seq > 0 && log.at.micros().saturating_sub(pen.now.at.micros()) > SET_BACK {
        // I8: a clock that was set back changes nothing but labels; it is only noted.
        let detail = format!("the clock was at {} and is at {}", LocalTime { at: log.at, ..pen.now }.date_time(), pen.now.date_time());
        let event = TechnicalEvent { kind: TechnicalKind::ClockChanged, detail, operator: None, before: Some(log.at) };
        lamport = write_in_tx(tx, pen, &mut log, lamport, By::Device, &Fact::TechnicalEvent(event), None)?.entry().lamport;
    }
    write_in_tx(tx, pen, &mut log, lamport, by, fact, known)
}

fn write_in_tx(
    tx: &Connection,
    pen: &Pen,
    log: &mut LogRow,
    lamport: u64,
    by: By,
    fact: &Fact,
    known: Option<Known>,
) -> Result<SealedEntry, JournalError> {
    let entry = SealedEntry::seal(Entry {
        log: log.log,
        seq: log.seq.saturating_add(1),
        prev: log.hash,
        lamport: lamport.saturating_add(1),
        at: pen.now.at,
        offset_minutes: pen.now.offset_minutes,
        operator: (by == By::Operator).then_some(pen.me.operator),
        kind: fact.kind().number(),
        body: fact.encode()?.into(),
    })?;
    let place = Place::of(log.n, entry.entry().seq)?;
    store::insert_entry_in_tx(tx, place, &entry, 0)?;
    log.seq = entry.entry().seq;
    log.hash = entry.hash();
    log.lamport = entry.entry().lamport;
    log.at = pen.now.at;
    store::advance_in_tx(tx, log)?;
    match apply_fact_in_tx(tx, Stamp { place, entry: entry.entry() }, pen.me.server_device, fact, known)? {
        Outcome::Projected => Ok(entry),
        Outcome::Unknown => Err(JournalError::Refused("a kind that this version does not know".into())),
        Outcome::Refused(reason) => Err(JournalError::Refused(reason)),
    }
}
