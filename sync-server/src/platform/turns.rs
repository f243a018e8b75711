//! Turns at something costly, which each may have only now and then (I11). Kept in memory: who restarts the server does that seldom enough.

use duka_core::Timestamp;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use uuid::Uuid;

/// Turns that are remembered; past them nobody else gets one before some are over.
const MOST: usize = 10_000;

/// Who had a turn, and when. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<Mutex<HashMap<Uuid, Timestamp>>>);

impl Turns {
    /// Gives `who` a turn, if the last one is `every` µs ago. A clock that went back holds nobody up (I8).
    pub fn take(&self, who: Uuid, now: Timestamp, every: i64) -> bool {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_recent = |at: &Timestamp| (0..every).contains(&now.micros().saturating_sub(at.micros()));
        if turns.get(&who).is_some_and(is_recent) {
            return false;
        }
        if turns.len() >= MOST {
            turns.retain(|_, at| is_recent(at));
        }
        let room = turns.len() < MOST;
        if room {
            turns.insert(who, now);
        }
        room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_turn_now_and_then_and_a_clock_that_goes_back_holds_nobody_up() {
        let turns = Turns::default();
        let take = |who: u128, at: i64| turns.take(Uuid::from_u128(who), Timestamp::from_micros(at), 100);
        assert_eq!([take(1, 1_000), take(1, 1_099), take(2, 1_050), take(1, 1_100), take(1, 900)], [true, false, true, true, true]);
    }

    #[test]
    fn turns_that_are_over_are_forgotten_before_there_are_too_many() {
        let turns = Turns::default();
        let take = |who: usize, at: i64| turns.take(Uuid::from_u128(u128::try_from(who).unwrap()), Timestamp::from_micros(at), 100);
        assert!((0..MOST).all(|who| take(who, 0)));
        assert!(!take(MOST, 50), "there is no room");
        assert!(take(MOST, 100));
    }
}
