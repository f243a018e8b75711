//! The one of a process that folds again what is to be, and who waits for it. Whoever marks logs may be given up right after that: the marks are
//! in the database, and the commit that set them wakes this one.

use super::{PATIENCE, SyncError, outdated::refold_company, refold::refold_log};
use crate::{
    journal,
    platform::{Platform, db::Attending},
};
use duka_core::CompanyId;
use duka_ledger::LogId;
use std::{collections::HashMap, time::Duration};
use tokio::{
    select,
    sync::oneshot,
    task::{Id, JoinError, JoinHandle, JoinSet},
    time::{Instant, sleep_until, timeout},
};

/// Companies that are folded at once, fewer than may be gone over: whoever has one rebuilt finds a place.
const AT_ONCE: usize = 3;
/// How often the database is looked through for what another process left.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// When it is looked through again after that failed.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Folds again, company by company, what is to be: at the start what another version folded or an earlier process left, then whatever is marked.
/// What fails is told, passed by and tried again.
pub struct Refolding {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Refolding {
    /// Begins; goes on until it is stopped or dropped.
    pub fn start(platform: &Platform) -> Self {
        let worker = Worker {
            platform: platform.clone(),
            attending: platform.db.backlog().attend(),
            running: JoinSet::new(),
            companies: HashMap::new(),
            looking: JoinSet::new(),
            look_at: Instant::now(),
            is_understood: false,
        };
        let (stop, stopped) = oneshot::channel();
        Self { stop, task: tokio::spawn(worker.work(stopped)) }
    }

    /// Ends it; what is not folded yet is found at the next start.
    pub async fn stop(self) {
        drop(self.stop);
        if let Err(fault) = self.task.await {
            tracing::error!(%fault, "folding again ended early");
        }
    }
}

struct Worker {
    platform: Platform,
    attending: Attending,
    running: JoinSet<Result<u64, SyncError>>,
    companies: HashMap<Id, CompanyId>,
    looking: JoinSet<Result<(), SyncError>>,
    look_at: Instant,
    /// What waits was looked at by this version.
    is_understood: bool,
}

impl Worker {
    async fn work(mut self, mut stopped: oneshot::Receiver<()>) {
        loop {
            self.begin();
            // While there is no room, whatever ends is waited for.
            let next = self.attending.next().filter(|_| self.running.len() < AT_ONCE);
            let until = next.map_or(self.look_at, |next| next.min(self.look_at));
            select! {
                _ = &mut stopped => break,
                Some(ended) = self.running.join_next_with_id() => self.ended(ended),
                Some(looked) = self.looking.join_next() => self.looked(looked),
                () = self.attending.grew() => {}
                () = sleep_until(until) => {}
            }
        }
        self.running.shutdown().await;
        self.looking.shutdown().await;
    }

    fn begin(&mut self) {
        let now = Instant::now();
        if now >= self.look_at {
            self.look_at = now + LOOK_EVERY;
            if self.looking.is_empty() {
                self.looking.spawn(look(self.platform.clone(), self.is_understood));
            }
        }
        while self.running.len() < AT_ONCE
            && let Some(company) = self.attending.take(now)
        {
            let (platform, company) = (self.platform.clone(), CompanyId::from_uuid(company));
            let task = self.running.spawn(async move { refold_company(&platform, company).await });
            self.companies.insert(task.id(), company);
        }
    }

    fn ended(&mut self, ended: Result<(Id, Result<u64, SyncError>), JoinError>) {
        let (id, folded) = match ended {
            Ok((id, folded)) => (id, folded.map_err(|fault| fault.to_string())),
            Err(fault) => (fault.id(), Err(fault.to_string())),
        };
        let Some(company) = self.companies.remove(&id) else { return };
        match folded {
            Ok(changed) => {
                if changed > 0 {
                    tracing::info!(%company, changed, "the tables follow what was folded again");
                }
                self.attending.done(company.uuid());
            }
            Err(fault) => {
                tracing::error!(%company, fault, "what is to be folded again cannot be now; it is tried again");
                self.attending.failed(company.uuid(), Instant::now());
            }
        }
    }

    fn looked(&mut self, looked: Result<Result<(), SyncError>, JoinError>) {
        let fault = match looked {
            Ok(Ok(())) => {
                self.is_understood = true;
                return;
            }
            Ok(Err(fault)) => fault.to_string(),
            Err(fault) => fault.to_string(),
        };
        tracing::error!(fault, "the database cannot be looked through for what is to be folded again; it is tried again");
        self.look_at = Instant::now() + LOOK_AGAIN;
    }
}

/// Finds the companies that have something to be folded again.
async fn look(platform: Platform, is_understood: bool) -> Result<(), SyncError> {
    let marked = if is_understood { Ok(()) } else { journal::mark_understood(&platform.db).await };
    let mut after = CompanyId::from_bytes([0; 16]);
    loop {
        let companies = journal::outdated(&platform.db, after).await?;
        let Some(last) = companies.last() else { return Ok(marked?) };
        after = *last;
        companies.iter().for_each(|company| platform.db.backlog().found(company.uuid()));
    }
}

/// Waits for a while until what was marked of a company is folded again; it is in any case. Where nobody attends to it (a library's caller), it is
/// done here.
pub(super) async fn settle(platform: &Platform, company: CompanyId) -> Result<(), SyncError> {
    if !platform.db.backlog().is_attended() {
        return refold_company(platform, company).await.map(drop);
    }
    wait(platform, company).await;
    Ok(())
}

/// Has a log folded again on which something is to follow; an error that says to come again when that takes longer than one may wait.
pub(super) async fn settle_log(platform: &Platform, company: CompanyId, id: LogId) -> Result<(), SyncError> {
    let backlog = platform.db.backlog();
    if !backlog.is_attended() {
        return refold_log(platform, company, id).await.map(drop);
    }
    // Another process may have marked it.
    backlog.found(company.uuid());
    wait(platform, company).await;
    let log = journal::find_in_tx(&mut platform.db.snapshot().await?, company, id).await?;
    if log.is_some_and(|log| !log.is_current()) { Err(SyncError::Refolding(id.device)) } else { Ok(()) }
}

async fn wait(platform: &Platform, company: CompanyId) {
    if timeout(PATIENCE, platform.db.backlog().tried(company.uuid())).await.is_err() {
        tracing::info!(%company, "what is to be folded again takes longer than a request");
    }
}
