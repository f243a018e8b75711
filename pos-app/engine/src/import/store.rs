//! The tables `import_job` and `import_chunk`.

use super::{
    ImportError, Prepared,
    prepared::{Headers, ImportRow},
};
use crate::platform::{StoreError, from_i64, to_i64};
use duka_api::till::ImportReport;
use rusqlite::{Connection, OptionalExtension, params};

/// What is being done with a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Checking,
    Applying,
    Ended,
}

pub(crate) struct Job {
    pub(crate) n: i64,
    pub(crate) phase: Phase,
    pub(super) headers: Headers,
    pub(super) chunks: u64,
    pub(super) next_chunk: u64,
    pub(crate) total: u64,
    pub(crate) report: ImportReport,
}

fn stored(fault: impl std::fmt::Display) -> ImportError {
    ImportError::Stored(fault.to_string())
}

pub(super) fn insert_in_tx(tx: &Connection, prepared: &Prepared) -> Result<(), ImportError> {
    let headers = serde_json::to_string(&prepared.headers).map_err(stored)?;
    let report = serde_json::to_string(&ImportReport { rows: prepared.rows(), ..ImportReport::default() }).map_err(stored)?;
    let insert = || -> Result<i64, StoreError> {
        tx.execute("delete from import_job where state = 2", [])?;
        tx.prepare_cached("insert into import_job (state, columns, chunks, total, report) values (0, ?1, ?2, ?3, ?4)")?
            .execute(params![headers, i64::try_from(prepared.chunks.len()).unwrap_or(i64::MAX), to_i64(prepared.rows()), report])?;
        Ok(tx.last_insert_rowid())
    };
    let job = insert()?;
    for (number, rows) in (0_i64..).zip(&prepared.chunks) {
        let rows = minicbor::to_vec(rows).map_err(stored)?;
        let insert = || -> Result<(), StoreError> {
            tx.prepare_cached("insert into import_chunk (job, chunk, rows) values (?1, ?2, ?3)")?.execute(params![job, number, rows])?;
            Ok(())
        };
        insert()?;
    }
    Ok(())
}

/// The newest job.
pub(super) fn latest(db: &Connection) -> Result<Option<Job>, ImportError> {
    let read = || -> Result<_, StoreError> {
        let mut statement =
            db.prepare_cached("select n, state, columns, chunks, next_chunk, total, report from import_job order by n desc limit 1")?;
        let row = statement.query_row([], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, String>(2)?,
                row.get::<_, i64>(3)?,
                row.get::<_, i64>(4)?,
                row.get::<_, i64>(5)?,
                row.get::<_, String>(6)?,
            ))
        });
        Ok(row.optional()?)
    };
    let Some((n, state, headers, chunks, next_chunk, total, report)) = read()? else { return Ok(None) };
    Ok(Some(Job {
        n,
        phase: Phase::of(state),
        headers: serde_json::from_str(&headers).map_err(stored)?,
        chunks: from_i64(chunks),
        next_chunk: from_i64(next_chunk),
        total: from_i64(total),
        report: serde_json::from_str(&report).map_err(stored)?,
    }))
}

impl Phase {
    const fn of(state: i64) -> Self {
        match state {
            0 => Self::Checking,
            1 => Self::Applying,
            _ => Self::Ended,
        }
    }

    const fn number(self) -> i64 {
        match self {
            Self::Checking => 0,
            Self::Applying => 1,
            Self::Ended => 2,
        }
    }
}

/// How far the newest job is, without reading what it holds.
pub(super) fn phase(db: &Connection) -> Result<Option<Phase>, StoreError> {
    let state = db.prepare_cached("select state from import_job order by n desc limit 1")?.query_row([], |row| row.get(0)).optional()?;
    Ok(state.map(Phase::of))
}

/// Ends every job and lets its rows go.
pub(super) fn end_in_tx(tx: &Connection) -> Result<(), StoreError> {
    tx.execute_batch("update import_job set state = 2; delete from import_chunk;")?;
    Ok(())
}

pub(super) fn rows(db: &Connection, job: i64, chunk: u64) -> Result<Vec<ImportRow>, ImportError> {
    let read = || -> Result<Vec<u8>, StoreError> {
        Ok(db
            .prepare_cached("select rows from import_chunk where job = ?1 and chunk = ?2")?
            .query_row(params![job, to_i64(chunk)], |row| row.get(0))?)
    };
    minicbor::decode(&read()?).map_err(stored)
}

/// Keeps how far a job is; an ended one lets its rows go.
pub(super) fn save_in_tx(tx: &Connection, job: &Job) -> Result<(), StoreError> {
    let report = serde_json::to_string(&job.report).map_err(|fault| StoreError::Fault(fault.to_string()))?;
    tx.prepare_cached("update import_job set state = ?2, next_chunk = ?3, report = ?4 where n = ?1")?.execute(params![
        job.n,
        job.phase.number(),
        to_i64(job.next_chunk),
        report
    ])?;
    if job.phase == Phase::Ended {
        tx.prepare_cached("delete from import_chunk where job = ?1")?.execute([job.n])?;
    }
    Ok(())
}
