//! What runs came to, for people and for programs.

use serde::Serialize;
use std::collections::BTreeMap;

/// How often each kind of fault happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Counts(BTreeMap<&'static str, u64>);

impl Counts {
    /// One more.
    pub fn count(&mut self, kind: &'static str) {
        *self.0.entry(kind).or_default() += 1;
    }

    /// All of another's.
    pub fn add(&mut self, other: &Self) {
        for (kind, times) in &other.0 {
            *self.0.entry(kind).or_default() += times;
        }
    }

    /// How often a kind happened.
    pub fn of(&self, kind: &str) -> u64 {
        self.0.get(kind).copied().unwrap_or(0)
    }
}

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The invariant, or `unexpected`.
    pub invariant: &'static str,
    /// What was seen.
    pub detail: String,
}

/// What one run came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Things that happened.
    pub steps: u64,
    /// Entries that the server holds at the end.
    pub facts: u64,
    /// Digest over all tables of all shops at the end.
    pub digest: String,
    /// What went wrong on purpose.
    pub faults: Counts,
    /// What went wrong otherwise.
    pub violations: Vec<Violation>,
}

/// What all runs came to: the last line with `--json`.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Runs.
    pub seeds: u64,
    /// Seeds whose run failed.
    pub failed: Vec<u64>,
    /// Things that happened.
    pub steps: u64,
    /// Entries that the servers held at the ends.
    pub facts: u64,
    /// What went wrong on purpose.
    pub faults: Counts,
    /// By which seed the bug that breaks an invariant was found; empty unless it was looked for.
    pub planted: BTreeMap<&'static str, Option<u64>>,
}

impl Report {
    /// Adds a run.
    pub fn add(&mut self, seed: u64, outcome: &Outcome) {
        self.seeds += 1;
        self.steps += outcome.steps;
        self.facts += outcome.facts;
        self.faults.add(&outcome.faults);
        if !outcome.violations.is_empty() {
            self.failed.push(seed);
        }
    }

    /// Whether all is well: no run failed, and whatever was planted was found.
    pub fn is_well(&self) -> bool {
        self.failed.is_empty() && self.planted.values().all(Option::is_some)
    }
}
