//! Imports that run in the background, and what became of them.

use super::{ProductError, import};
use crate::platform::{Platform, http::Fault};
use duka_api::{
    http::{ImportJob, ImportState},
    till::{ImportProgress, ImportReport},
};
use duka_core::{CompanyId, ErrorCode, ProductId};
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::task::JoinSet;

/// See the module.
#[derive(Default)]
pub struct Imports {
    jobs: Mutex<VecDeque<Arc<Job>>>,
    tasks: Mutex<JoinSet<()>>,
}

/// One import.
pub(super) struct Job {
    id: String,
    company: CompanyId,
    pub(super) done: AtomicU64,
    pub(super) total: AtomicU64,
    ended: Mutex<Option<Result<ImportReport, duka_api::Problem>>>,
}

impl Imports {
    /// Imports at the same time (I11).
    const RUNNING: usize = 4;
    /// Imports remembered (I11).
    const REMEMBERED: usize = 100;

    /// Waits for the imports that run: they are not cut off by a graceful stop.
    pub async fn join(&self) {
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        while tasks.join_next().await.is_some() {}
    }

    /// An error when no more can run now.
    pub(super) fn room(&self) -> Result<(), ProductError> {
        Self::room_among(&self.jobs.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn room_among(jobs: &VecDeque<Arc<Job>>) -> Result<(), ProductError> {
        let running = jobs.iter().filter(|job| job.runs()).count();
        if running < Self::RUNNING { Ok(()) } else { Err(ProductError::ImportsRunning(running)) }
    }

    fn admit(&self, job: &Arc<Job>) -> Result<(), ProductError> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        Self::room_among(&jobs)?;
        if jobs.len() >= Self::REMEMBERED
            && let Some(oldest) = jobs.iter().position(|job| !job.runs())
        {
            jobs.remove(oldest);
        }
        jobs.push_back(Arc::clone(job));
        Ok(())
    }
}

impl Job {
    fn runs(&self) -> bool {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    fn view(&self) -> ImportJob {
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (state, report, failure) = match ended {
            None => (ImportState::Running, None, None),
            Some(Ok(report)) => (ImportState::Done, Some(report), None),
            Some(Err(problem)) => (ImportState::Failed, None, Some(problem)),
        };
        let progress = ImportProgress { done: self.done.load(Ordering::Relaxed), total: self.total.load(Ordering::Relaxed) };
        ImportJob { import: self.id.clone(), state, progress, report, failure }
    }
}

/// Starts an import of a file.
pub(super) fn start(platform: &Platform, imports: &Imports, company: CompanyId, file: import::File) -> Result<ImportJob, ProductError> {
    let job = Arc::new(Job {
        id: platform.new_id(ProductId::new).to_string(),
        company,
        done: AtomicU64::new(0),
        total: AtomicU64::new(0),
        ended: Mutex::new(None),
    });
    imports.admit(&job)?;
    let view = job.view();
    let (platform, job_of_task) = (platform.clone(), job);
    let mut tasks = imports.tasks.lock().unwrap_or_else(PoisonError::into_inner);
    // Those that ended are let go.
    while tasks.try_join_next().is_some() {}
    tasks.spawn(async move {
        // In a task of its own, so that a panic, too, ends as a failed import.
        let job = Arc::clone(&job_of_task);
        let ended = match tokio::spawn(async move { import::run(&platform, company, file, &job).await }).await {
            Ok(Ok(report)) => Ok(report),
            Ok(Err(fault)) => Err(Fault::from(fault).logged()),
            Err(fault) => {
                let detail = "the import ended early; import the file again, and it goes on where it was";
                Err(Fault::hidden(ErrorCode::Internal, detail, fault).logged())
            }
        };
        *job_of_task.ended.lock().unwrap_or_else(PoisonError::into_inner) = Some(ended);
    });
    Ok(view)
}

/// How far an import of the company is.
pub(super) fn get(imports: &Imports, company: CompanyId, id: &str) -> Result<ImportJob, ProductError> {
    let jobs = imports.jobs.lock().unwrap_or_else(PoisonError::into_inner);
    let job = jobs.iter().find(|job| job.id == id && job.company == company);
    job.map(|job| job.view()).ok_or_else(|| ProductError::NoImport(id.chars().take(40).collect()))
}
