//! When the till asks its server, and what it says of it: `(now, event) -> effects`.

use crate::have::{Range, missing};
use duka_core::DeviceId;
use duka_ledger::Head;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The local journal grew.
    Grew,
    /// A timer asked for by [`Effect::WakeAt`] fired (firing early, late or twice does no harm).
    Woke,
    /// A person asked to try now.
    Asked,
    /// An answer came and was taken in.
    Answered {
        /// What the server holds now.
        have: Vec<Head>,
        /// How many entries of others came.
        received: u64,
        /// Whether it has more for us.
        more: bool,
        /// What must be looked at by a person, if anything.
        trouble: Option<String>,
    },
    /// No answer came, or not a usable one.
    Failed {
        /// Whether trying again can help.
        retryable: bool,
        /// What is wrong, for people.
        detail: String,
    },
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a request with these entries, cut to the limits of a message.
    Exchange(Vec<Range>),
    /// Give [`Event::Woke`] at this time.
    WakeAt(u64),
}

/// How the link stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing was tried yet.
    #[default]
    New,
    /// A request is under way.
    Exchanging,
    /// Both hold the same, as of the last answer.
    InStep,
    /// The server could not be reached.
    Offline(String),
    /// A person must look.
    Attention(String),
}

/// The till's end of the link.
#[derive(Clone, Debug)]
pub struct Link {
    device: DeviceId,
    phase: Phase,
    server: Option<Vec<Head>>,
    failures: u32,
    wake_at: u64,
    again: bool,
    trouble: Option<String>,
}

impl Link {
    /// In step, the server is asked this often for news, in milliseconds.
    pub const POLL_MS: u64 = 10_000;
    /// The longest wait between two tries, in milliseconds.
    pub const LONGEST_BACK_OFF_MS: u64 = 60_000;

    /// The link of `device`, before anything was tried.
    pub const fn new(device: DeviceId) -> Self {
        Self { device, phase: Phase::New, server: None, failures: 0, wake_at: 0, again: false, trouble: None }
    }

    /// How it stands.
    pub const fn phase(&self) -> &Phase {
        &self.phase
    }

    /// What the server held of our own logs at the last answer, if there was one.
    pub fn acknowledged(&self) -> &[Head] {
        self.server.as_deref().unwrap_or_default()
    }

    /// Takes an event. `now` is in milliseconds of any steady clock, `jitter` any random number, `ours` the heads of our own logs now.
    pub fn step(&mut self, now: u64, jitter: u32, ours: &[Head], event: Event) -> Vec<Effect> {
        match event {
            Event::Grew
                if self.failures > 0 || self.server.is_some() && self.phase != Phase::Exchanging && self.to_push(ours).is_empty() =>
            {
                Vec::new()
            }
            Event::Woke if now < self.wake_at => Vec::new(),
            Event::Grew | Event::Woke | Event::Asked => self.exchange(ours),
            Event::Answered { have, received, more, trouble } => {
                self.failures = 0;
                // Without this an answer that brings nothing and takes nothing would be asked for again at once, for ever (I11).
                let progress = received > 0 || self.server.as_ref() != Some(&have);
                self.server = Some(have);
                self.trouble = trouble;
                let behind = self.again || progress && (more || !self.to_push(ours).is_empty());
                self.phase = match &self.trouble {
                    Some(detail) => Phase::Attention(detail.clone()),
                    None => Phase::InStep,
                };
                if behind && self.trouble.is_none() { self.exchange(ours) } else { self.wait(now, Self::POLL_MS) }
            }
            Event::Failed { retryable, detail } => {
                self.failures = self.failures.saturating_add(1);
                // What the server holds may have changed unseen: learn it anew before sending anything.
                self.server = None;
                self.phase = if retryable { Phase::Offline(detail) } else { Phase::Attention(detail) };
                self.wait(now, back_off(self.failures, jitter))
            }
        }
    }

    fn exchange(&mut self, ours: &[Head]) -> Vec<Effect> {
        if self.phase == Phase::Exchanging {
            self.again = true;
            return Vec::new();
        }
        self.again = false;
        self.phase = Phase::Exchanging;
        vec![Effect::Exchange(self.to_push(ours))]
    }

    fn wait(&mut self, now: u64, milliseconds: u64) -> Vec<Effect> {
        self.wake_at = now.saturating_add(milliseconds);
        vec![Effect::WakeAt(self.wake_at)]
    }

    /// Nothing until the server has said what it holds: sending blindly would send everything after every restart.
    fn to_push(&self, ours: &[Head]) -> Vec<Range> {
        let own: Vec<Head> = ours.iter().filter(|head| head.log.device == self.device).copied().collect();
        self.server.as_ref().map_or_else(Vec::new, |theirs| missing(&own, theirs))
    }
}

/// 1 s, 2 s, 4 s … to a minute, each shortened by up to half so that tills do not knock together.
fn back_off(failures: u32, jitter: u32) -> u64 {
    let doubled = 1_000_u64.saturating_mul(1 << failures.saturating_sub(1).min(10));
    let whole = doubled.min(Link::LONGEST_BACK_OFF_MS);
    let half = whole.checked_div(2).unwrap_or(0);
    half.saturating_add(u64::from(jitter).checked_rem(half.saturating_add(1)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use duka_core::ShopId;
    use duka_ledger::{Hash, LogId, Scope};

    const DEVICE: DeviceId = DeviceId::from_bytes([1; 16]);

    fn ours(seq: u64) -> Vec<Head> {
        let log = LogId { device: DEVICE, scope: Scope::Shop(ShopId::from_bytes([2; 16])) };
        vec![Head { log, seq, hash: Hash::NONE }]
    }

    fn answered(have: Vec<Head>) -> Event {
        Event::Answered { have, received: 0, more: false, trouble: None }
    }

    fn failed() -> Event {
        Event::Failed { retryable: true, detail: "no route".into() }
    }

    #[test]
    fn it_learns_what_the_server_holds_before_it_sends_anything() {
        let mut link = Link::new(DEVICE);
        assert_eq!(link.step(0, 0, &ours(3), Event::Woke), [Effect::Exchange(vec![])]);
        let push = link.step(1, 0, &ours(3), answered(ours(1)));
        assert_eq!(push, [Effect::Exchange(vec![Range { log: ours(0)[0].log, from: 2, to: 3 }])]);
        assert_eq!(link.step(2, 0, &ours(3), answered(ours(3))), [Effect::WakeAt(2 + Link::POLL_MS)]);
        assert_eq!(*link.phase(), Phase::InStep);
    }

    #[test]
    fn a_sale_during_an_exchange_is_sent_right_after_it() {
        let mut link = Link::new(DEVICE);
        link.step(0, 0, &ours(1), Event::Asked);
        assert!(link.step(1, 0, &ours(2), Event::Grew).is_empty());
        assert!(matches!(link.step(2, 0, &ours(2), answered(ours(2))).as_slice(), [Effect::Exchange(_)]));
    }

    #[test]
    fn tries_wait_longer_and_longer_but_a_person_may_hurry_them() {
        let mut link = Link::new(DEVICE);
        let mut last = 0;
        for expected in [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
            link.step(0, 0, &ours(1), Event::Asked);
            assert_eq!(link.step(0, 0, &ours(1), failed()), [Effect::WakeAt(expected)]);
            last = expected;
        }
        assert!(link.step(1, 0, &ours(1), Event::Grew).is_empty());
        assert!(link.step(last - 1, 0, &ours(1), Event::Woke).is_empty());
        assert!(!link.step(1, 0, &ours(1), Event::Asked).is_empty());
        assert_eq!(link.step(0, u32::MAX, &ours(1), failed()).len(), 1);
    }

    #[test]
    fn after_a_lost_answer_it_asks_again_before_it_sends() {
        let mut link = Link::new(DEVICE);
        link.step(0, 0, &ours(2), Event::Asked);
        link.step(0, 0, &ours(2), answered(ours(1)));
        link.step(0, 0, &ours(2), failed());
        assert_eq!(link.step(60_000, 0, &ours(2), Event::Woke), [Effect::Exchange(vec![])]);
    }

    #[test]
    fn a_server_that_takes_nothing_is_not_asked_in_a_loop() {
        let mut link = Link::new(DEVICE);
        link.step(0, 0, &ours(2), Event::Asked);
        assert!(matches!(link.step(0, 0, &ours(2), answered(ours(1))).as_slice(), [Effect::Exchange(_)]));
        assert!(matches!(link.step(0, 0, &ours(2), answered(ours(1))).as_slice(), [Effect::WakeAt(_)]));
    }

    #[test]
    fn news_that_the_server_holds_already_is_no_reason_to_ask() {
        let mut link = Link::new(DEVICE);
        link.step(0, 0, &ours(2), Event::Asked);
        link.step(0, 0, &ours(2), answered(ours(2)));
        assert!(link.step(1, 0, &ours(2), Event::Grew).is_empty());
        assert!(!link.step(1, 0, &ours(3), Event::Grew).is_empty());
    }

    #[test]
    fn trouble_is_told_and_not_hammered() {
        let mut link = Link::new(DEVICE);
        link.step(0, 0, &ours(2), Event::Asked);
        let effects = link.step(5, 0, &ours(2), Event::Answered { have: ours(1), received: 0, more: false, trouble: Some("fork".into()) });
        assert_eq!(effects, [Effect::WakeAt(5 + Link::POLL_MS)]);
        assert_eq!(*link.phase(), Phase::Attention("fork".into()));
    }
}
