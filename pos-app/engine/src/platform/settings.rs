//! What a till gets from its surroundings.

use super::KeyStore;
use duka_core::{Clock, Entropy, LocalTime, Timestamp};
use std::sync::Arc;

/// Time, randomness, keys and version: everything ambient comes in through here.
#[derive(Clone)]
pub struct Settings {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// Keeps the device's private key.
    pub keys: Arc<dyn KeyStore>,
    /// The program's version.
    pub version: String,
}

impl Settings {
    /// The computer's own clock and randomness, and this version.
    pub fn system(keys: Arc<dyn KeyStore>) -> Self {
        Self { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy), keys, version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// The computer's clock and time zone.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the computer's clock")]
    fn now(&self) -> LocalTime {
        let now = jiff::Zoned::now();
        let minutes = now.offset().seconds().div_euclid(60);
        LocalTime { at: Timestamp::from_micros(now.timestamp().as_microsecond()), offset_minutes: i16::try_from(minutes).unwrap_or(0) }
    }
}

/// The operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[allow(clippy::disallowed_methods, clippy::panic, reason = "the one place that draws randomness; without it nothing may go on")]
    fn fill(&self, buffer: &mut [u8]) {
        if let Err(fault) = getrandom::fill(buffer) {
            // An id or key that is not random would be worse than a stop.
            panic!("the operating system gives no randomness: {fault}");
        }
    }
}
