//! What becomes of an entry.

use super::{LogState, MAX_RATES, MAX_TEXT};
use crate::{
    device::DeviceCertified,
    fact::{Body, Kind},
    journal::SealedEntry,
};

/// What becomes of a verified entry. It is stored and relayed in any case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The tables follow it.
    Projected,
    /// It breaks a rule: everybody keeps it, nobody's tables follow it.
    Flagged(Flag),
    /// What it needs is not there yet; the tables follow when that comes.
    Waiting(Wait),
}

impl Verdict {
    /// Which of the three.
    pub const fn kind(&self) -> VerdictKind {
        match self {
            Self::Projected => VerdictKind::Projected,
            Self::Waiting(_) => VerdictKind::Waiting,
            Self::Flagged(_) => VerdictKind::Flagged,
        }
    }
}

/// A verdict as both stores keep it beside its entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredVerdict {
    /// Which.
    pub kind: VerdictKind,
    /// Why the tables do not follow, for people; none when they do. Short, and such that every database can store it.
    pub reason: Option<String>,
}

impl From<&Verdict> for StoredVerdict {
    fn from(verdict: &Verdict) -> Self {
        let reason = match verdict {
            Verdict::Projected => None,
            Verdict::Waiting(wait) => Some(wait.to_string()),
            Verdict::Flagged(flag) => Some(flag.to_string()),
        };
        Self { kind: verdict.kind(), reason }
    }
}

impl StoredVerdict {
    /// Whether an entry that waits may be something else to this version, so that its log is to be folded again: it can be read by now, and does
    /// not wait for another entry of its log. Asked of all that waits whenever a program starts: so nobody has to say that Duka has learnt
    /// something.
    pub fn may_wait_no_more(&self, sealed: &SealedEntry, state: &LogState) -> bool {
        let understood = !matches!(sealed.body(), Ok(Body::Unknown));
        let behind = state.waiting_from().map(|seq| Wait::Entry(seq).to_string());
        self.kind == VerdictKind::Waiting && understood && (behind.is_none() || self.reason != behind)
    }
}

/// Which of the three verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VerdictKind {
    /// The tables follow.
    Projected,
    /// They follow when something comes.
    Waiting,
    /// They do not follow.
    Flagged,
}

impl VerdictKind {
    /// Its number in columns.
    pub const fn number(self) -> i64 {
        match self {
            Self::Projected => 0,
            Self::Waiting => 1,
            Self::Flagged => 2,
        }
    }

    /// The kind with this number.
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            0 => Some(Self::Projected),
            1 => Some(Self::Waiting),
            2 => Some(Self::Flagged),
            _ => None,
        }
    }
}

/// What an entry waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wait {
    /// A version of Duka that knows its kind, or what stands in it.
    #[error("a newer version of Duka wrote it; update this one")]
    Version,
    /// That the entry at this place of its log is understood.
    #[error("entry {0} of its log has to be understood first; update this version of Duka")]
    Entry(u64),
    /// Its writer's certificate.
    #[error("the certificate of its device is not here, or only a newer version of Duka can read it")]
    Certificate,
    /// That its log, which is being folded again, is folded up to it.
    #[error("its log is being folded again")]
    Fold,
}

/// Which rule an entry breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flag {
    /// Its writer was revoked before.
    #[error("its device was revoked before it was written")]
    Revoked,
    /// Its body cannot be read.
    #[error("its body cannot be read: {0}")]
    Unreadable(String),
    /// Not in this log.
    #[error("{} does not belong into a log of this scope", .0.name())]
    Scope(Kind),
    /// Not by this device.
    #[error("{} is not for this device to write", .0.name())]
    Role(Kind),
    /// Its logical time does not rise, or by too much.
    #[error("its logical time {found} does not follow {after}")]
    Lamport {
        /// The log's logical time before it.
        after: u64,
        /// Its own.
        found: u64,
    },
    /// Another's register.
    #[error("the register is not the device's own")]
    Register,
    /// Another's series.
    #[error("the series '{0}' is not the device's own")]
    Series(String),
    /// A till's series that is none.
    #[error("'{0}' is no series; a till's has 1 to {most} printable ASCII characters", most = DeviceCertified::MAX_SERIES)]
    NoSeries(String),
    /// Not the shop's currency.
    #[error("the currency is not the shop's")]
    Currency,
    /// An amount or quantity that cannot be held, or is below what it may be.
    #[error("an amount or quantity in it is out of range")]
    Amount,
    /// A text that is too long or cannot be stored.
    #[error("a text in it is longer than {most} bytes or has a NUL in it", most = MAX_TEXT)]
    Text,
    /// A line that cannot be so.
    #[error("line {line}: {fault}")]
    Line {
        /// Which, from 1.
        line: u32,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// The parts of a receipt are not its whole.
    #[error("{0}")]
    Sum(&'static str),
    /// More tax rates than a shift may have.
    #[error("there are more than {most} tax rates in one shift", most = MAX_RATES)]
    Rates,
    /// A receipt number or shift number with a gap or a repeat.
    #[error("number {found} does not follow {after}")]
    Number {
        /// The last one.
        after: u64,
        /// Its own.
        found: u64,
    },
    /// A shift that is said to go on, but cannot.
    #[error("only the first shift of a device may go on with one of the device that it succeeds, and with numbers that a shift can have")]
    Continued,
    /// A shift is open.
    #[error("a shift is open already")]
    ShiftOpen,
    /// That shift is not open.
    #[error("the shift is not open")]
    ShiftNotOpen,
    /// A Z report that does not say what the log says.
    #[error("{0} of the Z report are not those of its shift")]
    ShiftTotals(&'static str),
    /// The log has moved more than one device may.
    #[error("the device has turned over or moved more than one device may")]
    Turnover,
    /// A change of a record that is not one.
    #[error("the change of a record is no good: {0}")]
    Record(String),
    /// The same was written before at another place.
    #[error("the device wrote the same before")]
    Repeated,
}

impl Flag {
    /// Whether the log before the entry made it wrong, not the entry itself.
    pub(super) const fn rests_on_log(&self) -> bool {
        matches!(self, Self::Number { .. } | Self::ShiftOpen | Self::ShiftNotOpen | Self::ShiftTotals(_) | Self::Rates)
    }
}

/// What a flag quotes of others' text: short, and such that every database can store it.
pub(super) fn quoted(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(200).collect()
}
