//! What the server makes of a request, once its pieces are taken in.

use crate::{
    heads::{BucketCount, Heads, Range, diverged, missing},
    limit::MAX_BATCHES,
    message::{Compared, Difference, Request, Trace, Want},
    own::places_between,
};
use duka_core::DeviceId;
use duka_ledger::{Head, LogId};

/// A place of a log whose hash is to be looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The log.
    pub log: LogId,
    /// The place.
    pub seq: u64,
}

/// What to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// What the device lacks, in the order in which it is to be sent.
    pub send: Vec<Range>,
    /// Places whose hashes go into the answer, of logs that are held that far.
    pub places: Vec<Place>,
    difference: Difference,
}

impl Reply {
    /// Whether both hold the same.
    pub const fn in_step(&self) -> bool {
        matches!(self.difference, Difference::None)
    }

    /// What to say of the difference; `all_sent` is whether all of [`Reply::send`] went into the answer.
    pub fn difference(self, all_sent: bool) -> Difference {
        match self.difference {
            Difference::Compared(compared) => Difference::Compared(Compared { more: !all_sent, ..compared }),
            Difference::None | Difference::Outline(_) => self.difference,
        }
    }
}

/// Compares what the request says with `ours`: the heads of what the device may read (I9), after its pieces were taken in.
pub fn reply(request: &Request, ours: &Heads) -> Reply {
    let places = places_asked(request, ours);
    let summary = ours.summary();
    if summary == request.summary {
        return Reply { send: Vec::new(), places, difference: Difference::None };
    }
    let said = request.exchange().and_then(|exchange| exchange.buckets.as_ref());
    let Some((said, count)) = said.and_then(|said| BucketCount::try_new(usize::from(said.of)).map(|count| (said, count))) else {
        let logs = summary.logs.max(request.summary.logs);
        let count = BucketCount::for_logs(usize::try_from(logs).unwrap_or(usize::MAX));
        return Reply { send: Vec::new(), places, difference: Difference::Outline(ours.outline(count)) };
    };

    // A device's own logs are told in the acknowledgement, and it is never sent what it wrote itself.
    let others = |heads: Heads| -> Heads { heads.iter().filter(|head| head.log.device != request.device).copied().collect() };
    let theirs = others(said.heads.iter().copied().collect());
    let ours = others(ours.in_buckets(count, &said.indexes));
    let mut send = missing(&ours, &theirs);
    send.retain(|range| !request.exchange().is_some_and(|exchange| exchange.without.contains(&range.log)));
    in_order(&mut send, request.server);
    let wanted = missing(&theirs, &ours);
    let wants = wanted.iter().take(MAX_BATCHES).map(|range| Want { log: range.log, held: range.from.saturating_sub(1) }).collect();
    let compared = Compared { wants, diverged: diverged(&ours, &theirs), more: false };
    Reply { send, places, difference: Difference::Compared(compared) }
}

/// The server's own log first, for it certifies the writers of the others; then what is short, so that one long backlog holds up none.
pub(crate) fn in_order(ranges: &mut [Range], server: DeviceId) {
    ranges.sort_by_key(|range| (range.log.device != server, range.count(), range.log));
}

/// Where the device stands in its own logs, if the server stands further there; and what it traces.
fn places_asked(request: &Request, ours: &Heads) -> Vec<Place> {
    let stands = |head: Head| (ours.held(&head.log) > head.seq && head.seq > 0).then_some(Place { log: head.log, seq: head.seq });
    let own = request.own.iter().filter_map(|own| stands(own.head(request.device)));
    let trace: Option<&Trace> = request.exchange().and_then(|exchange| exchange.trace.as_ref());
    let traced = trace.iter().flat_map(|trace| {
        let held = ours.held(&trace.log);
        places_between(trace).into_iter().filter(move |seq| *seq <= held).map(|seq| Place { log: trace.log, seq })
    });
    own.chain(traced).collect()
}
