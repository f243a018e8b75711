//! Making tables what the facts say: those that differ (ADR 11), or all.

use super::{
    Writer,
    compare::{Comparing, Differences, STATES, VERDICTS},
    judging::{self, Rejudged, judge_log},
    record,
};
use crate::{
    enrolment::Member,
    journal::{self, JournalError, LogRow, Place},
    platform::{self, StoreError},
    product,
    tables::{self, Sums},
};
use duka_ledger::{
    rule::Verdict,
    table::{Row, Table, Write},
};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// What comparing the tables with the facts came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// How many facts were folded.
    pub facts: u64,
    /// The tables that were not what the facts say, and are now.
    pub mended: Vec<&'static str>,
}

impl Rebuilt {
    /// Whether the tables were what the facts say.
    pub fn is_same(&self) -> bool {
        self.mended.is_empty()
    }
}

impl Writer {
    /// Begins to compare: the tables as they are now, for whoever compares. None while there are logs to be folded again, which is no damage: a step
    /// of that was taken.
    pub(crate) fn compare_begin(&mut self) -> Result<Option<Comparing>, JournalError> {
        let me = self.shared.joined()?;
        match self.fold_step() {
            Ok(true) => return Ok(None),
            Ok(false) => {}
            Err(JournalError::Store(StoreError::DiskFull)) => return Err(StoreError::DiskFull.into()),
            // The tables are not what the log's entries had made of them: that is found.
            Err(fault) => tracing::error!(%fault, "what is to be folded again cannot be, by steps"),
        }
        Ok(Some(Comparing::begin(&self.db, me)?))
    }

    /// Ends it: what differs is made anew, in one transaction. Where nothing does, nothing is written.
    pub(crate) fn compare_end(&mut self, found: Differences) -> Result<Rebuilt, JournalError> {
        let (facts, mended): (_, Vec<_>) = (found.facts, found.tables.iter().copied().collect());
        if !mended.is_empty() {
            tracing::error!(?mended, "the tables were not what the facts say; they are made so");
            self.make_anew(found.into())?;
        }
        Ok(Rebuilt { facts, mended })
    }

    /// Compares, and mends what differs, while everybody waits.
    pub(crate) fn rebuild(&mut self) -> Result<Rebuilt, JournalError> {
        let comparing = loop {
            if let Some(comparing) = self.compare_begin()? {
                break comparing;
            }
        };
        let found = comparing.compare()?;
        self.compare_end(found)
    }

    /// Makes tables anew.
    pub(super) fn make_anew(&mut self, anew: Anew) -> Result<(), JournalError> {
        let me = self.shared.joined()?;
        let tx = platform::begin(self.db.writing())?;
        // What else is to become of facts may concern any table.
        let anew = if journal::is_any_due(&tx)? { Anew::All } else { anew };
        fold_in_tx(&tx, &me, &anew, &mut |_| ())?;
        platform::commit(tx)?;
        self.folding.forget();
        Ok(())
    }
}

/// Which tables are made anew.
pub(super) enum Anew {
    All,
    /// These: facts are judged as they were before.
    Only(BTreeSet<&'static str>),
}

/// What the server says of writers.
const WRITERS: [&str; 2] = ["device", "device_standing"];

impl From<Differences> for Anew {
    fn from(found: Differences) -> Self {
        // Where a verdict is wrong, or what verdicts rest on, what else was found is so by chance.
        let all = [VERDICTS, STATES].into_iter().chain(WRITERS).any(|name| found.tables.contains(name));
        if all { Self::All } else { Self::Only(found.tables) }
    }
}

impl Anew {
    fn has(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.contains(name),
        }
    }

    fn tables(&self) -> impl Iterator<Item = &'static Table> {
        Table::ALL.into_iter().filter(|table| table.write != Write::Record && self.has(table.name))
    }
}

/// Empties every table that follows from facts and folds all facts; `told` hears how many are done.
pub(crate) fn fold_all_in_tx(tx: &Connection, me: &Member, told: &mut dyn FnMut(u64)) -> Result<(), StoreError> {
    fold_in_tx(tx, me, &Anew::All, told)
}

fn fold_in_tx(tx: &Connection, me: &Member, anew: &Anew, told: &mut dyn FnMut(u64)) -> Result<(), StoreError> {
    let of_rows: Vec<_> = anew.tables().collect();
    if !of_rows.is_empty() {
        of_rows.iter().try_for_each(|table| tables::clear_in_tx(tx, table))?;
        let indices = tables::drop_indices_in_tx(tx, &of_rows)?;
        let (mut facts, mut sums) = (0, Sums::default());
        for log in judging::logs(tx, me)? {
            let before = facts;
            facts += fold_log_in_tx(tx, me, &log, anew, &mut sums, &mut |of_log| told(before + of_log))?;
        }
        sums.write_in_tx(tx)?;
        tables::make_indices_in_tx(tx, &indices)?;
    }
    // Edits go into their records when all of them are there.
    if product::TABLES.iter().any(|name| anew.has(name)) {
        product::clear_in_tx(tx)?;
        record::make_all_in_tx(tx)?;
    }
    Ok(())
}

/// What an entry adds to tables that are being filled.
struct Added {
    place: Place,
    /// What becomes of it, if that is something else than before.
    verdict: Option<Verdict>,
    rows: Vec<Row>,
}

/// Folds a log; gives how many facts are folded.
fn fold_log_in_tx(
    tx: &Connection,
    me: &Member,
    log: &LogRow,
    anew: &Anew,
    sums: &mut Sums,
    told: &mut dyn FnMut(u64),
) -> Result<u64, StoreError> {
    let mut facts = 0;
    let add = |rejudged: Rejudged| {
        let is_new = rejudged.is_new();
        let Rejudged { place, mut judged, .. } = rejudged;
        judged.rows.retain(|row| anew.has(row.table.name));
        Ok(Added { place, verdict: is_new.then_some(judged.verdict), rows: sums.gather(judged.rows)? })
    };
    let write = |page: Vec<Added>| {
        let mut all = Vec::new();
        for Added { place, verdict, rows } in page {
            verdict.map_or(Ok(()), |verdict| journal::set_verdict_in_tx(tx, place, &verdict))?;
            all.extend(rows);
            facts += 1;
        }
        told(facts);
        // Table by table; within one they stay in the order of their facts.
        all.sort_by_key(|row| row.table.name);
        tables::write_in_tx(tx, &all)
    };
    let state = judge_log(tx, me, log, add, write)?;
    journal::advance_in_tx(tx, &LogRow { state, is_current: true, ..log.clone() })?;
    Ok(facts)
}
