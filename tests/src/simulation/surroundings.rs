//! What a seed decides for everybody: clocks that run with the simulation and are off by as much as it says, keys in memory.

use duka_core::{Clock, DeviceId, LocalTime, Timestamp};
use duka_pos::{KeyError, KeyStore};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

/// 2026-01-05 08:00 UTC, when every simulated day begins, µs.
pub const MORNING: i64 = 1_767_600_000_000_000;

/// The true time, which nobody but the scheduler sees.
#[derive(Debug, Default)]
pub struct TrueTime(AtomicI64);

impl TrueTime {
    /// It is so many milliseconds since the morning.
    pub fn set(&self, ms: u64) {
        self.0.store(i64::try_from(ms).unwrap_or(0).saturating_mul(1_000), Ordering::Relaxed);
    }

    fn micros(&self) -> i64 {
        MORNING.saturating_add(self.0.load(Ordering::Relaxed))
    }
}

/// The clock of a till or server: the true time, and how far it is off.
#[derive(Debug)]
pub struct SkewedClock {
    truth: Arc<TrueTime>,
    off_by: AtomicI64,
}

impl SkewedClock {
    /// A clock that is right.
    pub fn new(truth: &Arc<TrueTime>) -> Arc<Self> {
        Arc::new(Self { truth: Arc::clone(truth), off_by: AtomicI64::new(0) })
    }

    /// Jumps to a moment (µs since 1970) and goes on from there.
    pub fn jump_to(&self, micros: i64) {
        self.off_by.store(micros.saturating_sub(self.truth.micros()), Ordering::Relaxed);
    }

    /// Is set right; by how much it was wrong.
    pub fn set_right(&self) -> i64 {
        self.off_by.swap(0, Ordering::Relaxed)
    }

    /// Is wrong again.
    pub fn set_wrong(&self, off_by: i64) {
        self.off_by.store(off_by, Ordering::Relaxed);
    }
}

impl Clock for SkewedClock {
    fn now(&self) -> LocalTime {
        let at = self.truth.micros().saturating_add(self.off_by.load(Ordering::Relaxed));
        LocalTime { at: Timestamp::from_micros(at), offset_minutes: 0 }
    }
}

/// The key store of one computer: it outlives the program, and is not in the folder that somebody copies.
#[derive(Debug, Default)]
pub struct KeysInMemory {
    keys: Mutex<BTreeMap<DeviceId, [u8; 32]>>,
    starts: Mutex<BTreeMap<DeviceId, u64>>,
}

impl KeysInMemory {
    /// What another computer has whose whole disk was copied.
    pub fn copy(&self) -> Self {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let starts = self.starts.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self { keys: Mutex::new(keys), starts: Mutex::new(starts) }
    }
}

impl KeyStore for KeysInMemory {
    fn load(&self, device: DeviceId) -> Result<Option<[u8; 32]>, KeyError> {
        Ok(self.keys.lock().unwrap_or_else(PoisonError::into_inner).get(&device).copied())
    }

    fn save(&self, device: DeviceId, secret: &[u8; 32]) -> Result<(), KeyError> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(device, *secret);
        Ok(())
    }

    fn mark(&self, device: DeviceId) -> Result<Option<u64>, KeyError> {
        Ok(self.starts.lock().unwrap_or_else(PoisonError::into_inner).get(&device).copied())
    }

    fn set_mark(&self, device: DeviceId, mark: u64) -> Result<(), KeyError> {
        self.starts.lock().unwrap_or_else(PoisonError::into_inner).insert(device, mark);
        Ok(())
    }

    fn weak(&self) -> bool {
        false
    }
}
