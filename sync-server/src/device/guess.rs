//! Slows down who tries codes.

use duka_core::Timestamp;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

/// Wrong codes per address, within a minute.
#[derive(Default)]
pub struct Guesses(Mutex<HashMap<Option<IpAddr>, Window>>);

struct Window {
    began: Timestamp,
    wrong: u32,
}

impl Guesses {
    /// Wrong codes of one address in a minute.
    const MOST: u32 = 20;
    /// Addresses remembered (I11).
    const ADDRESSES: usize = 10_000;
    const MINUTE: i64 = 60_000_000;

    /// Whether this address may try a code now.
    pub(super) fn may_try(&self, from: Option<IpAddr>, now: Timestamp) -> bool {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(&from).is_none_or(|window| window.is_over(now) || window.wrong < Self::MOST)
    }

    /// Counts a wrong code.
    pub(super) fn wrong(&self, from: Option<IpAddr>, now: Timestamp) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= Self::ADDRESSES {
            held.retain(|_, window| !window.is_over(now));
        }
        // Still full: strangers share one window.
        let key = if held.len() >= Self::ADDRESSES && !held.contains_key(&from) { None } else { from };
        let window = held.entry(key).or_insert(Window { began: now, wrong: 0 });
        if window.is_over(now) {
            *window = Window { began: now, wrong: 0 };
        }
        window.wrong = window.wrong.saturating_add(1);
    }
}

impl Window {
    /// Also when the clock went back: nobody is locked out for years (I8).
    fn is_over(&self, now: Timestamp) -> bool {
        !(0..Guesses::MINUTE).contains(&now.micros().saturating_sub(self.began.micros()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_guesses_waits_a_minute_and_others_do_not() {
        let (guesses, at) = (Guesses::default(), Timestamp::from_micros);
        let (one, two) = ("10.0.0.1".parse().ok(), "10.0.0.2".parse().ok());
        for _ in 0..Guesses::MOST {
            assert!(guesses.may_try(one, at(5)));
            guesses.wrong(one, at(5));
        }
        assert!(!guesses.may_try(one, at(6)) && guesses.may_try(two, at(6)));
        assert!(guesses.may_try(one, at(5 + Guesses::MINUTE)) && guesses.may_try(one, at(4)));
    }
}
