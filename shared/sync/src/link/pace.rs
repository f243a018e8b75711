//! How long to wait, and how much to send at once.

use super::Link;
use crate::limit::MAX_BODY_BYTES;

/// Bytes of entries that a message should carry: small at first, doubled while the line is quick, cut to what it carries when it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room(usize);

impl Room {
    /// One piece.
    pub(super) const START: Self = Self(32 << 10);
    /// Some ten sales: a line of 500 bytes a second still moves them in time.
    const LEAST: usize = 8 << 10;
    /// What an exchange should take at most, in milliseconds: longer, and a broken line loses too much.
    const TARGET_MS: u64 = 10_000;

    /// How many.
    pub const fn bytes(self) -> usize {
        self.0
    }

    /// After an exchange of `bytes` took `elapsed` milliseconds.
    pub(super) fn after(self, bytes: usize, elapsed: u64) -> Self {
        // One that was mostly empty tells of distance, not of width.
        if bytes < self.0.checked_div(2).unwrap_or(0) {
            return self;
        }
        if elapsed <= Self::TARGET_MS.checked_div(2).unwrap_or(0) {
            return Self(self.0.saturating_mul(2).min(MAX_BODY_BYTES));
        }
        let in_time = usize::try_from(elapsed).ok().zip(usize::try_from(Self::TARGET_MS).ok());
        let carried = in_time.and_then(|(elapsed, target)| bytes.saturating_mul(target).checked_div(elapsed)).unwrap_or(self.0);
        Self(self.0.min(carried).max(Self::LEAST))
    }

    /// After an exchange that broke off.
    pub(super) fn halved(self) -> Self {
        Self(self.0.checked_div(2).unwrap_or(0).max(Self::LEAST))
    }
}

/// When to ask again for what was not granted, beside an exchange that goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pause {
    until: u64,
    times: u32,
}

impl Pause {
    /// The longest, in milliseconds: a person may admit at any time who was refused.
    pub const LONGEST_MS: u64 = 15 * 60_000;

    /// Whether to ask now; `now` is in milliseconds of any steady clock.
    pub const fn is_over(&self, now: u64) -> bool {
        self.until <= now
    }

    /// It was asked for at `now`, in vain: asked again after 1 s, 2 s, 4 s … a quarter of an hour, each shortened by up to half.
    pub fn lengthen(&mut self, now: u64, jitter: u32) {
        self.times = self.times.saturating_add(1);
        self.until = now.saturating_add(spread(doubled(1_000, self.times).min(Self::LONGEST_MS), jitter));
    }
}

/// `first`, twice that, four times that … for the first, second, third time.
fn doubled(first: u64, times: u32) -> u64 {
    first.saturating_mul(1 << times.saturating_sub(1).min(10))
}

/// 1 s, 2 s, 4 s … to a minute, each shortened by up to half so that tills do not knock together.
pub(super) fn back_off(times: u32, jitter: u32) -> u64 {
    spread(doubled(1_000, times).min(Link::LONGEST_BACK_OFF_MS), jitter)
}

/// Between half of `whole` and all of it.
pub(super) fn spread(whole: u64, jitter: u32) -> u64 {
    let half = whole.checked_div(2).unwrap_or(0);
    half.saturating_add(u64::from(jitter).checked_rem(half.saturating_add(1)).unwrap_or(0))
}
