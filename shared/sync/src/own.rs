//! Whether a device's own log is what the server holds of it. A database that was copied back, cloned or restored shows here (I12); so does a
//! server that was restored to an older backup, when it looks at its own log in a till's request.

use crate::{limit::MAX_PLACES, message::Trace};
use duka_ledger::{Hash, Head, LogId};

/// What the other side holds of one of our own logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnLog {
    /// What we wrote, as far as it goes.
    Fine,
    /// All that we have, and more that we do not: our database is an older copy, and nothing was written to it since.
    Behind {
        /// Our last place.
        ours: u64,
        /// Where the other side stands.
        theirs: Head,
    },
    /// Other entries at our places, or some of which it is not known yet: our database is a copy, and both were written to.
    Diverged(Divergence),
}

/// Where two branches of a log part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Divergence {
    /// The log.
    pub log: LogId,
    /// The last place known to be the same; 0 before the first entry.
    pub agrees: u64,
    /// The first place known to be different.
    pub differs: u64,
}

impl Divergence {
    /// The last place that both branches share (0 for none), once it is found.
    pub fn common(&self) -> Option<u64> {
        (self.differs == self.agrees.saturating_add(1)).then_some(self.agrees)
    }

    /// What to ask to find it; none when it is found.
    pub fn trace(&self) -> Option<Trace> {
        let Self { log, agrees, differs } = *self;
        self.common().is_none().then_some(Trace { log, agrees, differs })
    }

    fn narrow(mut self, places: &[Head], hash_at: impl Fn(u64) -> Option<Hash>) -> Self {
        for place in places.iter().filter(|place| place.log == self.log) {
            let between = self.agrees < place.seq && place.seq < self.differs;
            match hash_at(place.seq) == Some(place.hash) {
                true if between => self.agrees = place.seq,
                false if between => self.differs = place.seq,
                _ => {}
            }
        }
        self
    }
}

/// Compares one of our own logs, held up to `ours`, with the other side's head of it, `theirs`, and the places it named in ascending order. `before` is
/// the divergence that was known already; `hash_at` gives the hash of our entry at a place.
///
/// Only what a place proves is taken for common: what was written here while the answer was on its way, the answer does not speak of.
pub fn own_log(ours: u64, theirs: &Head, places: &[Head], before: Option<Divergence>, hash_at: impl Fn(u64) -> Option<Hash>) -> OwnLog {
    let log = theirs.log;
    let here = || places.iter().chain([theirs]).filter(|place| place.log == log && place.seq > 0 && place.seq <= ours);
    let lowest = here().filter(|place| hash_at(place.seq) != Some(place.hash)).map(|place| place.seq).min();
    match (before, lowest) {
        (Some(known), _) => OwnLog::Diverged(known.narrow(places, hash_at)),
        (None, Some(differs)) => OwnLog::Diverged(Divergence { log, agrees: 0, differs }.narrow(places, hash_at)),
        (None, None) if theirs.seq > ours => match here().map(|place| place.seq).max().unwrap_or(0) {
            proven if proven == ours => OwnLog::Behind { ours, theirs: *theirs },
            // Past our end nothing is common, whatever stands there.
            agrees => OwnLog::Diverged(Divergence { log, agrees, differs: ours.saturating_add(1) }),
        },
        (None, None) => OwnLog::Fine,
    }
}

/// The places of a log whose hashes answer a trace: evenly between the two, at most [`MAX_PLACES`].
pub fn places_between(trace: &Trace) -> Vec<u64> {
    let most = u64::try_from(MAX_PLACES).unwrap_or(u64::MAX);
    let between = trace.differs.saturating_sub(trace.agrees).saturating_sub(1);
    let count = between.min(most);
    // The k-th of n places among m lies at k·(m+1)/(n+1): all of them when there are no more than n.
    let parts = u128::from(count).saturating_add(1);
    let whole = u128::from(between).saturating_add(1);
    (1..=count)
        .filter_map(|k| u128::from(k).saturating_mul(whole).checked_div(parts))
        .filter_map(|offset| u64::try_from(offset).ok())
        .map(|offset| trace.agrees.saturating_add(offset))
        .collect()
}
