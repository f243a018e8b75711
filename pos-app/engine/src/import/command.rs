//! Running an import in steps.

use super::{
    Ahead, ImportError, Prepared,
    apply::{self, Done},
    prepared::tell,
    store::{self, Job, Phase},
};
use crate::{
    books::{Books, Decision},
    platform::StoreError,
};
use duka_api::till::{ImportProgress, ImportReport};
use duka_core::Currency;
use duka_records::csv::Planner;
use rusqlite::Connection;

/// Which products the rows checked so far are about, to find two rows for one product.
pub(crate) struct Checking {
    job: i64,
    planner: Planner,
}

/// Stores a file that reads well as a job.
pub(crate) fn begin_in_tx(tx: &Connection, prepared: &Prepared) -> Result<(), ImportError> {
    if pending(tx)? {
        return Err(ImportError::UnderWay);
    }
    store::insert_in_tx(tx, prepared)
}

/// The newest job, whatever became of it.
pub(crate) fn latest(db: &Connection) -> Result<Option<Job>, ImportError> {
    store::latest(db)
}

/// Whether an import waits to be done: begun now, or before the program stopped.
pub(crate) fn pending(db: &Connection) -> Result<bool, ImportError> {
    Ok(store::phase(db)?.is_some_and(|phase| phase != Phase::Ended))
}

/// What the last import did; none while it is under way or before the first.
pub(crate) fn report(db: &Connection) -> Result<Option<ImportReport>, ImportError> {
    Ok(store::latest(db)?.filter(|job| job.phase == Phase::Ended).map(|job| job.report))
}

/// Ends the import under way, whatever it holds; rows that were applied stay. Gives what was done.
pub(crate) fn cancel_in_tx(tx: &Connection) -> Result<ImportReport, ImportError> {
    // Also a job that cannot be read can be cancelled: its report is lost with it.
    let report = store::latest(tx).ok().flatten().map(|job| job.report).unwrap_or_default();
    store::end_in_tx(tx)?;
    Ok(report)
}

pub(crate) fn progress(job: &Job) -> ImportProgress {
    let done = match job.phase {
        Phase::Checking => 0,
        Phase::Applying | Phase::Ended => job.report.added + job.report.changed + job.report.unchanged,
    };
    ImportProgress { done, total: job.total }
}

pub(crate) fn save_in_tx(tx: &Connection, job: &Job) -> Result<(), StoreError> {
    store::save_in_tx(tx, job)
}

impl Checking {
    /// Checks the next chunk of a job against the products that are there. Only memory knows what was checked, so a check that was interrupted
    /// begins anew. When all are checked, the job is ready to be applied, or ended if anything is wrong.
    pub(crate) fn step(checking: &mut Option<Self>, db: &Connection, currency: Currency, job: &mut Job) -> Result<(), ImportError> {
        if checking.as_ref().is_none_or(|checking| checking.job != job.n) {
            *checking = None;
            job.next_chunk = 0;
            job.report = ImportReport { rows: job.total, ..ImportReport::default() };
        }
        let known = checking.get_or_insert_with(|| Self { job: job.n, planner: Planner::default() });
        if job.next_chunk < job.chunks {
            known.check_chunk(db, currency, job)?;
        }
        if job.next_chunk >= job.chunks {
            *checking = None;
            job.next_chunk = 0;
            job.phase = if job.report.fault_count > 0 || job.chunks == 0 { Phase::Ended } else { Phase::Applying };
        }
        Ok(())
    }

    fn check_chunk(&mut self, db: &Connection, currency: Currency, job: &mut Job) -> Result<(), ImportError> {
        for row in store::rows(db, job.n, job.next_chunk)? {
            let row = row.read(currency)?;
            if let Err(misfit) = apply::plan(&mut self.planner, db, &row)? {
                tell(&mut job.report, &job.headers, row.row, &misfit);
            }
        }
        job.next_chunk += 1;
        Ok(())
    }
}

/// A job after one more chunk of it.
pub(crate) struct Applied(pub(crate) Job);

/// Applies a chunk: its facts and the job's place are written together, so that after a crash it was done whole or is done again whole. `ahead` are
/// documents that were made for it.
pub(crate) fn apply(books: &Books<'_>, mut job: Job, ahead: Option<Ahead>) -> Result<Decision<Applied>, ImportError> {
    let rows = store::rows(books.db, job.n, job.next_chunk)?;
    // All are planned before any is applied, so no two may be about one product.
    let (mut planner, mut plans) = (Planner::default(), Vec::with_capacity(rows.len()));
    for (index, row) in rows.into_iter().enumerate() {
        let row = row.read(books.me.currency())?;
        match apply::plan(&mut planner, books.db, &row)? {
            Ok(plan) => plans.push((index, plan)),
            // Somebody edited a product since the check; this row is left out and told.
            Err(misfit) => tell(&mut job.report, &job.headers, row.row, &misfit),
        }
    }
    let mut made = ahead.map(|ahead| ahead.of(&job, books.me.device())).unwrap_or_default();
    let mut facts = Vec::with_capacity(plans.len());
    for (index, plan) in plans {
        let made = made.get_mut(index).and_then(Option::take);
        match apply::apply(books, plan, made, &mut facts)? {
            Done::Added => job.report.added += 1,
            Done::Changed => job.report.changed += 1,
            Done::Unchanged => job.report.unchanged += 1,
        }
    }
    job.next_chunk += 1;
    if job.next_chunk >= job.chunks {
        job.phase = Phase::Ended;
    }
    Ok(Decision::new(Applied(job), facts))
}
