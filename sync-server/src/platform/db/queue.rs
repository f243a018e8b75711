//! Who waits for a company's lock waits here, before it takes a connection: so a company that keeps itself waiting keeps no other from the database.

use super::{DbError, Lock};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Mutex, OwnedMutexGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, OwnedSemaphorePermit, RwLock, Semaphore},
    time::timeout,
};
use uuid::Uuid;

/// The queues of this process, one of each kind a company.
#[derive(Clone, Debug)]
pub(super) struct Queues {
    companies: Arc<std::sync::Mutex<HashMap<Uuid, Arc<Company>>>>,
    journeys: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct Company {
    writing: Arc<RwLock<()>>,
    journal: Arc<Mutex<()>>,
}

/// Held as long as a transaction that writes for a company, or reads for long.
pub(super) enum Turn {
    Shared { _turn: OwnedRwLockReadGuard<()> },
    Exclusive { _turn: OwnedRwLockWriteGuard<()> },
    Reading { _place: Option<OwnedSemaphorePermit> },
}

/// Held by whoever goes over a company's journal as a whole.
pub(super) struct Journey {
    _journal: OwnedMutexGuard<()>,
    _place: Option<OwnedSemaphorePermit>,
}

impl Queues {
    /// So many companies' journals can be gone over at the same time.
    pub(super) fn new(journeys: usize) -> Self {
        Self { companies: Arc::default(), journeys: Arc::new(Semaphore::new(journeys)) }
    }

    fn company(&self, company: Uuid) -> Arc<Company> {
        Arc::clone(self.companies.lock().unwrap_or_else(PoisonError::into_inner).entry(company).or_default())
    }

    /// A turn to write for a company, in the order of asking.
    pub(super) async fn write(&self, company: Uuid, lock: Lock, patience: Duration) -> Result<Turn, DbError> {
        let queue = Arc::clone(&self.company(company).writing);
        let turn = async {
            match lock {
                Lock::Shared => Turn::Shared { _turn: queue.read_owned().await },
                Lock::Exclusive => Turn::Exclusive { _turn: queue.write_owned().await },
            }
        };
        timeout(patience, turn).await.map_err(|_| DbError::Unavailable(sqlx::Error::PoolTimedOut))
    }

    /// A turn to read for long.
    pub(super) async fn read(&self) -> Turn {
        Turn::Reading { _place: self.place().await }
    }

    async fn place(&self) -> Option<OwnedSemaphorePermit> {
        // It is never closed.
        Arc::clone(&self.journeys).acquire_owned().await.ok()
    }

    /// A turn to go over a company's journal.
    pub(super) async fn journey(&self, company: Uuid) -> Journey {
        // Its own queue first: whoever waits there takes no place from another company.
        let journal = Arc::clone(&self.company(company).journal).lock_owned().await;
        Journey { _journal: journal, _place: self.place().await }
    }
}
