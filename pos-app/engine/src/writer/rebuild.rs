//! Proving that the tables are what the facts say, and making them so.

use super::{
    Writer,
    apply::{apply_in_tx, certified},
    check,
};
use crate::{
    enrolment::Member,
    journal::{self, JournalError, LogRow, Place, Raw},
    platform::{self, StoreError},
    product,
    tables::{self, Sums},
};
use duka_ledger::{
    rule::{Change, Refold, Rows, StoredVerdict},
    table::{Cell, Digest, Table, Value, Write},
};
use duka_sync::TableDigest;
use rusqlite::Connection;
use std::{sync::mpsc, thread};

/// Entries read at once.
const PAGE: u32 = 500;
/// Pages that are read or judged before they are written, at most.
const AHEAD: usize = 2;

/// Digests before and after the tables were folded anew; equal unless a table was damaged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// How many facts were folded.
    pub facts: u64,
    /// As the tables were.
    pub before: Vec<TableDigest>,
    /// As the facts say.
    pub after: Vec<TableDigest>,
}

impl Rebuilt {
    /// Whether the tables were what the facts say.
    pub fn is_same(&self) -> bool {
        self.before == self.after
    }
}

/// A digest per table, from the rows that are there; and one of which entries are flagged.
pub(crate) fn digests(db: &Connection) -> Result<Vec<TableDigest>, StoreError> {
    let named = |name: &str, digest: Digest| TableDigest { table: name.to_owned(), digest: digest.text() };
    let tables = Table::ALL.into_iter();
    let mut digests: Vec<_> = tables.map(|table| Ok(named(table.name, tables::digest(db, table)?))).collect::<Result<_, StoreError>>()?;
    let mut flagged = Digest::default();
    for (log, seq) in journal::flagged(db)? {
        flagged.add(&[log.device.into_value(), Value::Id(*log.scope.id_bytes()), seq.into_value()]);
    }
    digests.push(named("flag", flagged));
    Ok(digests)
}

impl Writer {
    /// Empties every table that follows from facts and folds all facts again, in one transaction.
    pub(crate) fn rebuild(&mut self) -> Result<Rebuilt, JournalError> {
        let me = self.shared.joined()?;
        let tx = platform::begin(self.db.writing())?;
        let before = digests(&tx)?;
        let facts = fold_all_in_tx(&tx, &me, &mut |_| ())?;
        let after = digests(&tx)?;
        platform::commit(tx)?;
        self.folding.forget();
        Ok(Rebuilt { facts, before, after })
    }
}

/// Empties every table that follows from facts and folds all facts; `told` hears how many are done.
pub(crate) fn fold_all_in_tx(tx: &Connection, me: &Member, told: &mut dyn FnMut(u64)) -> Result<u64, StoreError> {
    for table in Table::ALL {
        if table.write != Write::Record {
            tables::clear_in_tx(tx, table)?;
        }
    }
    product::clear_in_tx(tx)?;
    let indices = tables::drop_indices_in_tx(tx)?;
    let mut logs = journal::logs(tx)?;
    // The server's own log first: it says who the others are.
    logs.sort_by_key(|log| log.log.device != me.server_device);
    let (mut facts, mut sums) = (0, Sums::default());
    for log in logs {
        facts += fold_log_in_tx(tx, me, &log, &mut sums, &mut |of_log| told(facts + of_log))?;
    }
    sums.write_in_tx(tx)?;
    tables::make_indices_in_tx(tx, &indices)?;
    Ok(facts)
}

/// Folds a log: this thread reads entries and writes rows, another says what the rows are.
fn fold_log_in_tx(tx: &Connection, me: &Member, log: &LogRow, sums: &mut Sums, told: &mut dyn FnMut(u64)) -> Result<u64, StoreError> {
    // Whose certificate is missing, of that all waits: it may still come.
    let refold = Refold::new(certified(tx, me, log.log.device)?);
    let (n, mut facts) = (log.n, 0);
    let refold = thread::scope(|scope| {
        let (read, to_judge) = mpsc::sync_channel::<Vec<Raw>>(AHEAD);
        let (judged, to_write) = mpsc::sync_channel(AHEAD);
        let judging = scope.spawn(move || judge_pages(refold, &to_judge, &judged));
        let (mut from, mut under_way, mut read) = (1, 0, Some(read));
        loop {
            while let Some(to) = read.as_ref().filter(|_| under_way < AHEAD) {
                let page = journal::entry_bytes_in(tx, n, from, PAGE)?;
                from = page.last().map_or(from, |last| last.place.seq().saturating_add(1));
                // It takes no more when it has ended over a damaged entry, of which it tells.
                if page.is_empty() || to.send(page).is_err() {
                    read = None;
                } else {
                    under_way += 1;
                }
            }
            if under_way == 0 {
                break;
            }
            let Ok(page) = to_write.recv() else { break };
            under_way -= 1;
            for (place, change) in page? {
                write_in_tx(tx, n, place, change, sums)?;
                facts += 1;
            }
            told(facts);
        }
        judging.join().map_err(|_| StoreError::Fault("folding ended in a panic".into()))
    })?;
    journal::advance_in_tx(tx, &LogRow { state: refold.state().clone(), is_current: true, ..log.clone() })?;
    Ok(facts)
}

/// Judges pages of entries, one after the other.
fn judge_pages(
    mut refold: Refold,
    pages: &mpsc::Receiver<Vec<Raw>>,
    judged: &mpsc::SyncSender<Result<Vec<(Place, Change)>, StoreError>>,
) -> Refold {
    for page in pages {
        let one = |Raw { place, verdict, bytes }| {
            let sealed = journal::open_entry(bytes)?;
            let mut change = refold.judge(&sealed, &check::record).change(None, &sealed);
            change.is_new = StoredVerdict::from(&change.verdict) != verdict;
            Ok((place, change))
        };
        let page: Result<Vec<_>, StoreError> = page.into_iter().map(one).collect();
        let failed = page.is_err();
        if judged.send(page).is_err() || failed {
            break;
        }
    }
    refold
}

/// Writes what an entry adds to tables that are being filled.
fn write_in_tx(tx: &Connection, n: i64, place: Place, mut change: Change, sums: &mut Sums) -> Result<(), StoreError> {
    if change.is_new {
        journal::set_verdict_in_tx(tx, place, &change.verdict)?;
    }
    if let Rows::Insert(rows) = change.rows {
        change.rows = Rows::Insert(sums.gather(rows)?);
    }
    apply_in_tx(tx, n, change, None).map(drop)
}
