//! What became of an entry, as it is stored.

use duka_ledger::{SealedEntry, rule::Verdict};

/// Characters kept of a reason.
const MOST_TEXT: usize = 500;

/// Whether the tables follow an entry, and if not, why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They do.
    Projected,
    /// Not before a version that understands it.
    Waiting(String),
    /// It breaks a rule.
    Flagged(String),
}

impl Standing {
    /// The number that stands for it in the database.
    pub(super) const fn number(&self) -> i64 {
        match self {
            Self::Projected => 0,
            Self::Waiting(_) => 1,
            Self::Flagged(_) => 2,
        }
    }

    /// Why the tables do not follow; empty when they do.
    pub fn reason(&self) -> &str {
        match self {
            Self::Projected => "",
            Self::Waiting(reason) | Self::Flagged(reason) => reason,
        }
    }

    /// As it was stored; none when the number stands for nothing.
    pub(super) fn read(number: i64, reason: String) -> Option<Self> {
        match number {
            0 => Some(Self::Projected),
            1 => Some(Self::Waiting(reason)),
            2 => Some(Self::Flagged(reason)),
            _ => None,
        }
    }
}

impl From<&Verdict> for Standing {
    fn from(verdict: &Verdict) -> Self {
        let told = |reason: String| reason.replace('\0', "\u{fffd}").chars().take(MOST_TEXT).collect();
        match verdict {
            Verdict::Projected => Self::Projected,
            Verdict::Waiting(wait) => Self::Waiting(told(wait.to_string())),
            Verdict::Flagged(flag) => Self::Flagged(told(flag.to_string())),
        }
    }
}

/// A stored entry.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The entry.
    pub sealed: SealedEntry,
    /// What became of it.
    pub standing: Standing,
}
