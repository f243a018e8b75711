//! Who this till is and what it signs with: read by everyone, changed only by joining.

use crate::{
    enrolment::{self, Member},
    journal::JournalError,
    platform::{KeyError, Settings, StoreError},
};
use duka_core::{DeviceId, Timestamp};
use duka_ledger::DeviceKey;
use rusqlite::Connection;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

/// What the writing and the reading side of a till share.
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    member: RwLock<Option<Arc<Member>>>,
    /// Of this device, and of those that this database was before.
    keys: Mutex<HashMap<DeviceId, Arc<DeviceKey>>>,
    in_step_at: Mutex<Option<Timestamp>>,
    /// The series before and after, when this till became another device since it was started.
    became: Mutex<Option<(String, String)>>,
}

impl Shared {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings, member: RwLock::default(), keys: Mutex::default(), in_step_at: Mutex::default(), became: Mutex::default() }
    }

    /// Reads who this till is.
    pub(crate) fn reload(&self, db: &Connection) -> Result<(), StoreError> {
        let member = match enrolment::load(db)? {
            Some(row) => row.member()?.map(Arc::new),
            None => None,
        };
        *self.member.write().unwrap_or_else(PoisonError::into_inner) = member;
        Ok(())
    }

    pub(crate) fn member(&self) -> Option<Arc<Member>> {
        self.member.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn joined(&self) -> Result<Arc<Member>, JournalError> {
        self.member().ok_or(JournalError::NotEnrolled)
    }

    /// The till's key.
    pub(crate) fn key(&self) -> Option<Arc<DeviceKey>> {
        self.key_of(self.member()?.device())
    }

    /// The key of this till under an id that it has or had, where it is to be had now.
    pub(crate) fn key_of(&self, device: DeviceId) -> Option<Arc<DeviceKey>> {
        self.load_key(device).unwrap_or_else(|error| {
            tracing::warn!(%error, %device, "a device's key cannot be loaded now");
            None
        })
    }

    /// The same, with whether it is gone or cannot be had now: a key store that failed is asked again the next time.
    pub(crate) fn load_key(&self, device: DeviceId) -> Result<Option<Arc<DeviceKey>>, KeyError> {
        let mut held = locked(&self.keys);
        if let Some(key) = held.get(&device) {
            return Ok(Some(Arc::clone(key)));
        }
        let Some(secret) = self.settings.keys.load(device)? else { return Ok(None) };
        let key = Arc::new(DeviceKey::from_secret(secret));
        held.insert(device, Arc::clone(&key));
        Ok(Some(key))
    }

    /// The series before and after, when this till became another device since it was started.
    pub(crate) fn became(&self) -> Option<(String, String)> {
        locked(&self.became).clone()
    }

    pub(crate) fn set_became(&self, before: String, now: String) {
        *locked(&self.became) = Some((before, now));
    }

    /// Set up again by a person: that it became another device by itself before is no news any more.
    pub(crate) fn begin_anew(&self) {
        *locked(&self.became) = None;
        *locked(&self.in_step_at) = None;
    }

    pub(crate) fn in_step_at(&self) -> Option<Timestamp> {
        *locked(&self.in_step_at)
    }

    pub(crate) fn set_in_step_at(&self, at: Timestamp) {
        *locked(&self.in_step_at) = Some(at);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
