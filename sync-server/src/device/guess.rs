//! Slows down who tries codes. What keeps codes safe is that they cannot be guessed (ADR 17); this keeps the trying from being work.

use duka_core::Timestamp;
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
};

/// Wrong codes of each network within a minute, and what networks that have spent theirs try within a second.
#[derive(Default)]
pub struct Guesses(Mutex<Tries>);

#[derive(Default)]
struct Tries {
    networks: HashMap<Option<IpAddr>, Window>,
    beyond: Option<Window>,
}

/// How often something happened since a moment.
#[derive(Clone, Copy)]
struct Window {
    began: Timestamp,
    count: u32,
}

impl Guesses {
    /// Wrong codes of one network in a minute.
    const MOST: u32 = 20;
    /// Tries in a second of all networks together that have spent theirs. Behind a proxy all are one network: who guesses there slows the others
    /// down, and stops nobody for good.
    const MOST_BEYOND: u32 = 100;
    /// Networks remembered (I11). More share one window.
    const NETWORKS: usize = 10_000;
    const MINUTE: i64 = 60_000_000;
    const SECOND: i64 = 1_000_000;
    /// What a till that was refused is told to wait, in seconds.
    pub(super) const WAIT: u32 = 1;

    /// Whether a code may be tried from this address now.
    pub(super) fn may_try(&self, from: Option<IpAddr>, now: Timestamp) -> bool {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let network = tries.network(from, now);
        let spent = tries.networks.get(&network).is_some_and(|window| window.counted(now, Self::MINUTE) >= Self::MOST);
        if !spent {
            return true;
        }
        let beyond = tries.beyond.get_or_insert(Window::new(now));
        beyond.count(now, Self::SECOND) <= Self::MOST_BEYOND
    }

    /// Counts a wrong code.
    pub(super) fn wrong(&self, from: Option<IpAddr>, now: Timestamp) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let network = tries.network(from, now);
        tries.networks.entry(network).or_insert(Window::new(now)).count(now, Self::MINUTE);
    }
}

impl Tries {
    /// Under what an address is counted: its network, or where there is no room for another one, that of all strangers.
    fn network(&mut self, from: Option<IpAddr>, now: Timestamp) -> Option<IpAddr> {
        let network = from.map(network);
        if self.networks.len() >= Guesses::NETWORKS && !self.networks.contains_key(&network) {
            self.networks.retain(|_, window| window.counted(now, Guesses::MINUTE) > 0);
            if self.networks.len() >= Guesses::NETWORKS {
                return None;
            }
        }
        network
    }
}

/// One household or company has one address of IPv4, and a /64 of IPv6, in which it can draw addresses without end.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

impl Window {
    const fn new(began: Timestamp) -> Self {
        Self { began, count: 0 }
    }

    /// What is counted in the window that holds `now`. One that began later, since the clock went back, is over: nobody is locked out for years (I8).
    fn counted(&self, now: Timestamp, length: i64) -> u32 {
        let is_over = !(0..length).contains(&now.micros().saturating_sub(self.began.micros()));
        if is_over { 0 } else { self.count }
    }

    /// Counts one more; gives how many that are.
    fn count(&mut self, now: Timestamp, length: i64) -> u32 {
        let count = self.counted(now, length).saturating_add(1);
        if count == 1 {
            self.began = now;
        }
        self.count = count;
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: fn(i64) -> Timestamp = Timestamp::from_micros;

    fn address(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    /// Spends what networks that have spent theirs may try in this second.
    fn spend_beyond(guesses: &Guesses, from: Option<IpAddr>, at: i64) {
        let refused = (0..=Guesses::MOST_BEYOND).any(|_| !guesses.may_try(from, AT(at)));
        assert!(refused, "{from:?} may try without end");
    }

    fn spend(guesses: &Guesses, from: Option<IpAddr>, at: i64) {
        (0..Guesses::MOST).for_each(|_| guesses.wrong(from, AT(at)));
    }

    #[test]
    fn a_network_that_guesses_waits_and_others_do_not() {
        for (guessing, same, other) in
            [("10.0.0.1", "::ffff:10.0.0.1", "10.0.0.2"), ("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:2::1")]
        {
            let guesses = Guesses::default();
            spend(&guesses, address(guessing), 5);
            spend_beyond(&guesses, address(guessing), 6);
            assert!(!guesses.may_try(address(same), AT(6)) && guesses.may_try(address(other), AT(6)));
            assert!(guesses.may_try(address(same), AT(5 + Guesses::MINUTE)) && guesses.may_try(address(same), AT(4)));
        }
    }

    #[test]
    fn the_limit_holds_when_more_networks_guess_than_are_remembered() {
        let guesses = Guesses::default();
        let network = |n: usize| Some(IpAddr::V6(Ipv6Addr::from_bits((n as u128) << 64)));
        (1..=Guesses::NETWORKS).for_each(|n| guesses.wrong(network(n), AT(5)));
        let stranger = |n: usize| network(Guesses::NETWORKS + n);
        (1..=Guesses::MOST as usize).for_each(|n| guesses.wrong(stranger(n), AT(6)));
        spend_beyond(&guesses, stranger(1), 7);
        assert!(!guesses.may_try(stranger(1_000), AT(7)), "strangers share one window");
        assert!(guesses.may_try(network(1), AT(7)), "who is remembered has one of his own");
        assert!(guesses.may_try(stranger(1_000), AT(5 + Guesses::MINUTE)), "the next minute there is room again");
    }

    #[test]
    fn behind_a_proxy_somebody_who_guesses_all_day_stops_nobody_for_good() {
        let (guesses, proxy) = (Guesses::default(), address("10.0.0.1"));
        spend(&guesses, proxy, 0);
        for second in 0..30 {
            // He has used this second up, and is wrong again and again.
            spend_beyond(&guesses, proxy, second * Guesses::SECOND);
            spend(&guesses, proxy, second * Guesses::SECOND);
            let waited = (second + i64::from(Guesses::WAIT)) * Guesses::SECOND;
            assert!(guesses.may_try(proxy, AT(waited)), "who waits as he was told is heard");
        }
    }
}
