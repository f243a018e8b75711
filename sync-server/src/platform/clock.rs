//! The server's clock: a label on what it writes, and what one-time codes expire by.

use duka_core::{Clock, LocalTime, Timestamp};
use std::time::{SystemTime, UNIX_EPOCH};

/// The operating system's clock, in UTC.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place that may ask the system")]
    fn now(&self) -> LocalTime {
        let micros = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
            // A clock before 1970 is wrong, but no reason to stop.
            Err(_) => 0,
        };
        LocalTime { at: Timestamp::from_micros(micros), offset_minutes: 0 }
    }
}
