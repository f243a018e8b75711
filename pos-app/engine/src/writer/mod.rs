//! The one writer: begins, appends what was decided, folds, queues the print, commits, wakes. Nobody else writes to the journal or to the tables
//! that follow from it.

mod adopt;
mod again;
mod append;
mod apply;
mod check;
mod compare;
mod cut;
mod fold;
mod fork;
mod hear;
mod judging;
mod rebuild;
mod record;
mod succeed;
mod take;

pub(crate) use compare::digests;
pub use compare::{Comparing, Differences};
pub(crate) use hear::first_difference;
pub use hear::{Compared, Taken};
pub use rebuild::Rebuilt;
pub(crate) use rebuild::fold_all_in_tx;
pub(crate) use succeed::Succession;
pub use take::Taking;

use crate::{
    books::{Books, Decision, Draft},
    device,
    enrolment::Member,
    identity::Shared,
    journal::{self, JournalError},
    platform::{self, Database, StoreError},
    print,
};
use append::Appending;
use duka_core::planted;
use fold::Folding;
use rusqlite::Connection;
use std::sync::Arc;

/// What grew since somebody looked: counters that only rise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Grown {
    pub(crate) journal: u64,
    pub(crate) print: u64,
}

/// The writing side of a till's database.
pub(crate) struct Writer {
    db: Database,
    shared: Arc<Shared>,
    printer: print::Queue,
    grown: Grown,
    folding: Folding,
}

impl Writer {
    pub(crate) fn new(db: Database, shared: Arc<Shared>, printer: print::Queue) -> Self {
        Self { db, shared, printer, grown: Grown::default(), folding: Folding::default() }
    }

    /// The database as it is now, for whoever decides in memory.
    pub(crate) const fn reading(&self) -> &Connection {
        self.db.reading()
    }

    pub(crate) const fn database(&self) -> &Database {
        &self.db
    }

    pub(crate) const fn grown(&self) -> Grown {
        self.grown
    }

    /// Writes what is decided, whole or not at all, with one flush to the disk (I1). `also` is what the till keeps beside its journal.
    pub(crate) fn commit<T, E: From<JournalError>>(
        &mut self,
        decide: impl FnOnce(&Books<'_>) -> Result<Decision<T>, E>,
        also: impl FnOnce(&Connection, &T) -> Result<(), StoreError>,
    ) -> Result<T, E> {
        let me = self.shared.joined()?;
        self.commit_as(&me, decide, also)
    }

    /// The same in the name of a member that this till becomes by it.
    pub(crate) fn commit_as<T, E: From<JournalError>>(
        &mut self,
        me: &Member,
        decide: impl FnOnce(&Books<'_>) -> Result<Decision<T>, E>,
        also: impl FnOnce(&Connection, &T) -> Result<(), StoreError>,
    ) -> Result<T, E> {
        let store = |fault: StoreError| E::from(JournalError::Store(fault));
        let now = self.shared.settings.clock.now();
        let entropy = Arc::clone(&self.shared.settings.entropy);
        for log in [me.company_log(), me.shop_log()] {
            self.fold_whole(me, log)?;
        }
        let tx = platform::begin(self.db.writing()).map_err(store)?;
        let state = journal::state(&tx, me.shop_log()).map_err(store)?;
        let books = Books { db: &tx, me, log: &state, now, entropy: entropy.as_ref() };
        let Decision { facts, print, answer } = match only_reading(&tx, || decide(&books)) {
            Ok(decision) => decision,
            // Whatever else is in the way, such as its shift that does not count either: no other way out would help.
            Err(_) if device::revoked(&tx, me.device()).map_err(store)?.is_some() => return Err(JournalError::Revoked.into()),
            Err(refused) => return Err(refused),
        };
        let grown = !facts.is_empty();
        let mut appending = Appending::begin(&tx, me, now).map_err(store)?;
        for draft in facts {
            appending.append(draft)?;
        }
        let last = appending.end().map_err(store)?;
        let queued = match (print, last) {
            (Some(print), Some(last)) => self.printer.queue_in_tx(&tx, entropy.as_ref(), now, || print(&last)).map_err(store)?,
            _ => false,
        };
        also(&tx, &answer).map_err(store)?;
        if planted::is(planted::Bug::UnkeptPromise) && self.grown.journal % 32 == 31 {
            drop(tx);
        } else {
            platform::commit(tx).map_err(store)?;
        }
        self.grown.journal += u64::from(grown);
        self.queued(queued);
        Ok(answer)
    }

    /// Writes what happened to the till itself, and `also` beside it. Where a rule keeps the events out, as of a till that was revoked, `also` is
    /// kept without them; it is told whether they were written.
    pub(crate) fn commit_events(
        &mut self,
        events: Vec<Draft>,
        also: impl Fn(&Connection, bool) -> Result<(), StoreError>,
    ) -> Result<bool, StoreError> {
        match self.commit(|_| Ok(Decision::new((), events)), |tx, ()| also(tx, true)) {
            Ok(()) => Ok(true),
            Err(JournalError::Store(fault)) => Err(fault),
            Err(refused) => {
                tracing::warn!(%refused, "what happened to this till was not written into its journal");
                self.keep(|tx| also(tx, false)).map(|()| false)
            }
        }
    }

    /// Changes what the till keeps beside its journal: settings, the print queue, the basket, jobs.
    pub(crate) fn keep<T, E: From<StoreError>>(&mut self, change: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        let tx = platform::begin(self.db.writing())?;
        let answer = change(&tx)?;
        platform::commit(tx)?;
        Ok(answer)
    }

    /// The same without waiting for the disk: for what nobody was promised. It is there after a crash of the program; a later commit, or
    /// [`Writer::checkpoint`], makes it last through a power cut too.
    pub(crate) fn keep_lightly(&mut self, change: impl FnOnce(&Connection) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.db.without_flush(change)
    }

    /// Changes the print queue and counts anew what waits in it.
    pub(crate) fn keep_prints<T, E: From<StoreError>>(
        &mut self,
        change: impl FnOnce(&Connection, &mut print::Queue) -> Result<T, E>,
    ) -> Result<T, E> {
        let tx = platform::begin(self.db.writing())?;
        let mut queue = self.printer.clone();
        let answer = change(&tx, &mut queue)?;
        queue.recount(&tx)?;
        platform::commit(tx)?;
        self.printer = queue;
        Ok(answer)
    }

    /// Says that the print queue has something to do.
    pub(crate) const fn wake_printer(&mut self) {
        self.grown.print += 1;
    }

    fn queued(&mut self, queued: bool) {
        if queued {
            self.printer.added();
            self.grown.print += 1;
        }
    }

    /// Moves the write-ahead log into the database and syncs it; for idle moments. Gives whether it is done.
    pub(crate) fn checkpoint(&self) -> bool {
        self.db.checkpoint()
    }
}

/// What `look` finds. It must not write: then nothing of it is kept, whatever it found.
fn only_reading<T, E: From<JournalError>>(tx: &Connection, look: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let before = tx.total_changes();
    let found = look()?;
    if tx.total_changes() == before {
        return Ok(found);
    }
    Err(JournalError::Store(StoreError::Fault("what only decides has written".into())).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::disallowed_methods, reason = "a database of this test alone")]
    fn a_decision_that_writes_is_no_decision() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("create table t (a integer)").unwrap();
        let count = || db.query_row("select count(*) from t", [], |row| row.get::<_, i64>(0)).map_err(StoreError::from);
        assert_eq!(only_reading(&db, || Ok::<_, JournalError>(count()?)), Ok(0));
        let wrote = only_reading(&db, || Ok::<_, JournalError>(db.execute("insert into t values (1)", []).map_err(StoreError::from)?));
        assert!(matches!(wrote, Err(JournalError::Store(StoreError::Fault(_)))), "{wrote:?}");
    }
}
