//! Rebuilds that run in the background, one a company, and what became of them: however long one takes, whoever asked for it can hear of its end.

use super::{PATIENCE, rebuild};
use crate::platform::{Platform, http::Fault};
use duka_api::{Problem, http::Rebuilt};
use duka_core::{CompanyId, ErrorCode};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use tokio::{sync::watch, task::JoinSet, time::timeout};

type Outcome = Result<Rebuilt, Problem>;

/// See the module.
#[derive(Default)]
pub struct Rebuilds {
    /// What each company's last one came to, once it has ended.
    last: Mutex<HashMap<CompanyId, watch::Receiver<Option<Outcome>>>>,
    tasks: Mutex<JoinSet<()>>,
}

impl Rebuilds {
    /// Starts a rebuild, unless one of the company runs; what it came to, or none where it goes on.
    pub(super) async fn start(&self, platform: &Platform, company: CompanyId) -> Option<Outcome> {
        end_of(self.running(platform, company)).await
    }

    /// What a company's last rebuild came to, or none where it goes on; an error when there was none since the server started.
    pub(super) async fn last(&self, company: CompanyId) -> Result<Option<Outcome>, Fault> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).get(&company).cloned();
        match last {
            Some(last) => Ok(end_of(last).await),
            None => Err(Fault::new(ErrorCode::NotFound, "nothing was rebuilt since the server was started; ask for it")),
        }
    }

    /// Cuts off those that run: what they have mended stays, and the rest is found again.
    pub async fn stop(&self) {
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        tasks.shutdown().await;
    }

    /// The one of a company that runs, or a new one: of two who ask at once, one begins it.
    fn running(&self, platform: &Platform, company: CompanyId) -> watch::Receiver<Option<Outcome>> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = last.get(&company).filter(|last| last.borrow().is_none() && last.has_changed().is_ok()) {
            return running.clone();
        }
        let (end, ended) = watch::channel(None);
        last.insert(company, ended.clone());
        let platform = platform.clone();
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that ended are let go.
        while tasks.try_join_next().is_some() {}
        tasks.spawn(async move {
            let outcome = rebuild(&platform, company).await.map_err(|fault| Fault::from(fault).logged());
            end.send_replace(Some(outcome));
        });
        ended
    }
}

/// What a rebuild comes to, if it does while one waits.
async fn end_of(mut rebuild: watch::Receiver<Option<Outcome>>) -> Option<Outcome> {
    let ended = timeout(PATIENCE, rebuild.wait_for(Option::is_some)).await.ok()?;
    match ended {
        Ok(outcome) => outcome.clone(),
        Err(_) => Some(Err(Problem::new(ErrorCode::Internal, "the rebuild ended early; ask for it again"))),
    }
}
