//! The table `print_job`.

use crate::platform::{StoreError, from_i64};
use duka_core::{PrintJobId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JobState {
    Queued,
    Printing,
    Printed,
    Unconfirmed,
    Failed,
}

impl JobState {
    const fn number(self) -> i64 {
        match self {
            Self::Queued => 0,
            Self::Printing => 1,
            Self::Printed => 2,
            Self::Unconfirmed => 3,
            Self::Failed => 4,
        }
    }
}

/// Printed documents that are kept, so that the last can be printed again.
const KEPT: i64 = 100;

pub(super) fn insert_in_tx(tx: &Connection, job: PrintJobId, at: Timestamp, document: &str) -> Result<(), StoreError> {
    tx.prepare_cached("insert into print_job (job, state, at, document) values (?1, 0, ?2, ?3)")?.execute(params![
        job.as_bytes(),
        at.micros(),
        document
    ])?;
    Ok(())
}

/// The oldest queued job.
pub(super) fn next(db: &Connection) -> Result<Option<(PrintJobId, String)>, StoreError> {
    let mut statement =
        db.prepare_cached("select job, document from print_job where state <> 2 and state = 0 order by state, n limit 1")?;
    Ok(statement.query_row([], |row| Ok((PrintJobId::from_bytes(row.get(0)?), row.get(1)?))).optional()?)
}

/// Moves a job that is not printed yet.
pub(super) fn set_in_tx(tx: &Connection, job: PrintJobId, state: JobState, detail: &str) -> Result<bool, StoreError> {
    let attempt = i64::from(state == JobState::Printing);
    let changed = tx
        .prepare_cached("update print_job set state = ?2, detail = ?3, attempts = attempts + ?4 where state <> 2 and job = ?1")?
        .execute(params![job.as_bytes(), state.number(), detail, attempt])?;
    if state == JobState::Printed {
        tx.prepare_cached("delete from print_job where state = 2 and n <= (select coalesce(max(n), 0) from print_job) - ?1")?
            .execute([KEPT])?;
    }
    Ok(changed == 1)
}

/// What was at the printer when the till stopped: nobody knows whether it came out.
pub(super) fn interrupted_in_tx(tx: &Connection) -> Result<usize, StoreError> {
    let changed = tx
        .prepare_cached(
            "update print_job set state = 3, detail = 'the till stopped while this was printing' where state = 1 and state <> 2",
        )?
        .execute([])?;
    Ok(changed)
}

/// Jobs by state: queued, printing, unconfirmed, failed; and what is wrong with the oldest that failed.
pub(super) struct Counts {
    pub(super) queued: u64,
    pub(super) printing: u64,
    pub(super) unconfirmed: u64,
    pub(super) failed: u64,
    pub(super) detail: String,
}

impl Counts {
    /// All that are not printed yet.
    pub(super) const fn open(&self) -> u64 {
        self.queued + self.printing + self.unconfirmed + self.failed
    }
}

pub(super) fn counts(db: &Connection) -> Result<Counts, StoreError> {
    let mut counts = Counts { queued: 0, printing: 0, unconfirmed: 0, failed: 0, detail: String::new() };
    let mut statement = db.prepare_cached("select state, count(*) from print_job where state <> 2 group by state")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let count = from_i64(row.get(1)?);
        match row.get::<_, i64>(0)? {
            0 => counts.queued = count,
            1 => counts.printing = count,
            3 => counts.unconfirmed = count,
            _ => counts.failed = count,
        }
    }
    let detail = db
        .prepare_cached("select detail from print_job where state <> 2 and detail <> '' order by state desc, n limit 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    counts.detail = detail.unwrap_or_default();
    Ok(counts)
}

/// A job that waits for a person.
pub(super) struct Stuck {
    pub(super) job: PrintJobId,
    pub(super) unconfirmed: bool,
    pub(super) detail: String,
    pub(super) document: String,
}

/// Jobs that wait for a person, oldest first.
pub(super) fn stuck(db: &Connection) -> Result<Vec<Stuck>, StoreError> {
    let mut statement =
        db.prepare_cached("select job, state, detail, document from print_job where state <> 2 and state >= 3 order by n limit 100")?;
    let stuck = statement.query_map([], |row| {
        Ok(Stuck {
            job: PrintJobId::from_bytes(row.get(0)?),
            unconfirmed: row.get::<_, i64>(1)? == JobState::Unconfirmed.number(),
            detail: row.get(2)?,
            document: row.get(3)?,
        })
    })?;
    Ok(stuck.collect::<Result<_, _>>()?)
}

/// Moves a job as a person decided; false when it does not wait for one (any more).
pub(super) fn decide_in_tx(tx: &Connection, job: PrintJobId, state: JobState) -> Result<bool, StoreError> {
    let stuck =
        tx.prepare_cached("select 1 from print_job where state <> 2 and state >= 3 and job = ?1")?.exists(params![job.as_bytes()])?;
    if !stuck {
        return Ok(false);
    }
    set_in_tx(tx, job, state, "")
}
