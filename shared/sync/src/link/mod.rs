//! When the till speaks to its server, and how much at once: `(now, event) -> effect`. What it says is [`Peer`](crate::Peer)'s.

mod pace;

pub use pace::{Pause, Room};

use crate::{envelope::EnvelopeError, peer::Next};
use pace::{back_off, spread};

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The local journal holds entries that the server lacks (see [`Peer::owes`](crate::Peer::owes)).
    Grew,
    /// The server let know that it has news.
    Nudged,
    /// The time of [`Effect::WakeAt`] came (coming early, late or twice does no harm).
    Woke,
    /// A person asked to try now.
    Asked,
    /// An answer came and was taken in.
    Answered {
        /// What it came to.
        next: Next,
        /// Bytes of request and answer, before compression.
        bytes: usize,
    },
    /// No answer came, or not a usable one.
    Failed(Failure),
}

/// Why an exchange failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure; decides what follows.
    pub kind: FailureKind,
    /// What happened, for people.
    pub detail: String,
}

/// Kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// No connection, or it broke off.
    Unreachable,
    /// Connected, but nothing came for too long.
    TimedOut,
    /// The server, or this till's database, said that it cannot now.
    Busy,
    /// Something on the way mangled the message, or answered in the server's place.
    Mangled,
    /// Another till speaks with this till's key: each uses up the other's counters.
    Contended,
    /// The server said no: the device is unknown, set apart, or of another company.
    Refused,
    /// What answers is not this till's server, or this till has no key to speak with.
    Untrusted,
}

impl FailureKind {
    /// Whether trying again soon can help. The link never gives up; what a person must mend it tries rarely.
    pub const fn retryable(self) -> bool {
        match self {
            Self::Unreachable | Self::TimedOut | Self::Busy | Self::Mangled | Self::Contended => true,
            Self::Refused | Self::Untrusted => false,
        }
    }
}

impl From<&EnvelopeError> for FailureKind {
    fn from(fault: &EnvelopeError) -> Self {
        match fault {
            EnvelopeError::Malformed(_) | EnvelopeError::TooMuch(_) | EnvelopeError::OtherRequest => Self::Mangled,
            EnvelopeError::Signature | EnvelopeError::Acknowledgement | EnvelopeError::Misdirected | EnvelopeError::OtherServer => {
                Self::Untrusted
            }
        }
    }
}

/// What is to be done now: exactly one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Make an exchange that carries about this many bytes of entries either way, then give [`Event::Answered`] or [`Event::Failed`]. Time it
    /// out by silence ([`Link::PATIENCE_MS`]), not as a whole: a single large entry takes as long as it takes.
    Exchange(Room),
    /// Give [`Event::Woke`] at this time. Replaces what was said before.
    WakeAt(u64),
    /// Nothing: an exchange is under way, and what happened meanwhile is remembered.
    UnderWay,
}

/// How the link stands, for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing was heard yet.
    #[default]
    New,
    /// The server answers, and there is more to bring or to fetch.
    CatchingUp,
    /// Both hold the same, as of the last answer.
    InStep,
    /// The server answers, but something stands between both: see [`Peer::troubles`](crate::Peer::troubles).
    Stuck,
    /// The last try failed; the next may not.
    Offline(Failure),
    /// The last try failed, and a person must look.
    Attention(Failure),
}

/// The till's end of the link.
#[derive(Clone, Debug)]
pub struct Link {
    phase: Phase,
    state: State,
    room: Room,
    /// When the last exchange began.
    began: u64,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Waiting { until: u64, why: Why },
    Exchanging { why: Why, again: bool },
}

/// What came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// All is well.
    Calm,
    /// So many answers brought both no nearer.
    Stuck(u32),
    /// The counter was used, after so many failures; once is a lost answer.
    Stale(u32),
    /// So many tries failed.
    Failed(u32),
}

impl Why {
    const fn failures(self) -> u32 {
        match self {
            Self::Failed(times) | Self::Stale(times) => times,
            Self::Calm | Self::Stuck(_) => 0,
        }
    }
}

impl Link {
    /// In step, the server is asked for news after half of this at least and all of it at most, in milliseconds.
    pub const POLL_MS: u64 = 10_000;
    /// The longest wait between two tries, in milliseconds.
    pub const LONGEST_BACK_OFF_MS: u64 = 60_000;
    /// Nudges lead to no more than one exchange in this time, in milliseconds.
    pub const NUDGE_GAP_MS: u64 = 500;
    /// An exchange is given up after so much silence, in milliseconds.
    pub const PATIENCE_MS: u64 = 30_000;

    /// Before anything was tried.
    pub const fn new() -> Self {
        Self { phase: Phase::New, state: State::Waiting { until: 0, why: Why::Calm }, room: Room::START, began: 0 }
    }

    /// How it stands.
    pub const fn phase(&self) -> &Phase {
        &self.phase
    }

    /// Whether an exchange is under way.
    pub const fn is_exchanging(&self) -> bool {
        matches!(self.state, State::Exchanging { .. })
    }

    /// Takes an event. `now` is in milliseconds of any steady clock, `jitter` any random number.
    pub fn step(&mut self, now: u64, jitter: u32, event: Event) -> Effect {
        match (self.state, event) {
            (State::Waiting { until, why }, event) => self.waited(now, until, why, &event),
            (State::Exchanging { why, .. }, Event::Grew | Event::Nudged | Event::Asked) => {
                self.state = State::Exchanging { why, again: true };
                Effect::UnderWay
            }
            (State::Exchanging { .. }, Event::Woke) => Effect::UnderWay,
            (State::Exchanging { why, again }, Event::Answered { next, bytes }) => {
                self.room = self.room.after(bytes, now.saturating_sub(self.began));
                self.answered(now, jitter, why, again, next)
            }
            (State::Exchanging { why, .. }, Event::Failed(failure)) => self.failed(now, jitter, why, failure),
        }
    }

    /// New sales and nudges never shorten the wait after a failure, nor lengthen it; a person may.
    fn waited(&mut self, now: u64, until: u64, why: Why, event: &Event) -> Effect {
        let failing = matches!(why, Why::Failed(_));
        let until = match event {
            Event::Asked => now,
            Event::Grew if !failing => now,
            Event::Nudged if !failing => until.min(self.began.saturating_add(Self::NUDGE_GAP_MS)),
            // An answer or failure of an exchange that was done with before says nothing new.
            Event::Grew | Event::Nudged | Event::Woke | Event::Answered { .. } | Event::Failed(_) => until,
        };
        if until <= now {
            return self.exchange(now, why);
        }
        self.wait(until, why)
    }

    fn answered(&mut self, now: u64, jitter: u32, why: Why, again: bool, next: Next) -> Effect {
        let (phase, until, why) = match next {
            Next::More => {
                self.phase = Phase::CatchingUp;
                return self.exchange(now, Why::Calm);
            }
            Next::Stale => {
                if !matches!(why, Why::Stale(_)) {
                    return self.exchange(now, Why::Stale(why.failures()));
                }
                let detail = "another till speaks to the server with this till's key".to_owned();
                return self.failed(now, jitter, why, Failure { kind: FailureKind::Contended, detail });
            }
            Next::NotEnrolled => {
                let detail = "this till is not enrolled at the server; it sells on, and asks again by itself".to_owned();
                return self.failed(now, jitter, why, Failure { kind: FailureKind::Refused, detail });
            }
            Next::InStep => (Phase::InStep, now.saturating_add(spread(Self::POLL_MS, jitter)), Why::Calm),
            Next::Stuck => {
                let times = if let Why::Stuck(times) = why { times.saturating_add(1) } else { 1 };
                (Phase::Stuck, now.saturating_add(back_off(times, jitter).max(Self::POLL_MS)), Why::Stuck(times))
            }
        };
        self.phase = phase;
        let until = if again { until.min(self.began.saturating_add(Self::NUDGE_GAP_MS)) } else { until };
        if until <= now { self.exchange(now, why) } else { self.wait(until, why) }
    }

    fn failed(&mut self, now: u64, jitter: u32, why: Why, failure: Failure) -> Effect {
        let times = why.failures().saturating_add(1);
        // Whatever it is called: somebody on the way may have given a large message up and say what they like.
        self.room = self.room.halved();
        let wait = if failure.kind.retryable() { back_off(times, jitter) } else { spread(Self::LONGEST_BACK_OFF_MS, jitter) };
        self.phase = if failure.kind.retryable() { Phase::Offline(failure) } else { Phase::Attention(failure) };
        self.wait(now.saturating_add(wait), Why::Failed(times))
    }

    const fn exchange(&mut self, now: u64, why: Why) -> Effect {
        self.began = now;
        self.state = State::Exchanging { why, again: false };
        Effect::Exchange(self.room)
    }

    const fn wait(&mut self, until: u64, why: Why) -> Effect {
        self.state = State::Waiting { until, why };
        Effect::WakeAt(until)
    }
}

impl Default for Link {
    fn default() -> Self {
        Self::new()
    }
}
