//! What is too much for one message (I11). Checked when a message is opened, so that nobody else need.

use super::{Answer, Difference, Request, Said};
use crate::{
    heads::BucketCount,
    limit::{MAX_BATCHES, MAX_BODY_BYTES, MAX_BUCKETS, MAX_DIGESTS, MAX_HEADS, MAX_OWN_LOGS, MAX_PLACES},
};
use duka_ledger::Batch;

/// A message holds more than it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a message may hold {limit} {what}; this one has {found}")]
pub struct TooMuch {
    what: &'static str,
    limit: usize,
    found: usize,
}

pub(crate) fn at_most(what: &'static str, limit: usize, found: usize) -> Result<(), TooMuch> {
    if found <= limit { Ok(()) } else { Err(TooMuch { what, limit, found }) }
}

fn batches(batches: &[Batch]) -> Result<(), TooMuch> {
    at_most("pieces", MAX_BATCHES, batches.len())?;
    let sizes = || batches.iter().flat_map(|batch| &batch.entries).map(|entry| entry.len());
    // A single large entry may go alone.
    if sizes().count() > 1 { at_most("bytes of entries", MAX_BODY_BYTES, sizes().sum()) } else { Ok(()) }
}

impl Request {
    pub(crate) fn check_limits(&self) -> Result<(), TooMuch> {
        at_most("own logs", MAX_OWN_LOGS, self.own.len())?;
        let Some(exchange) = self.exchange() else { return Ok(()) };
        batches(&exchange.batches)?;
        at_most("logs to leave out", MAX_HEADS, exchange.without.len())?;
        let Some(buckets) = &exchange.buckets else { return Ok(()) };
        let count = usize::from(buckets.of);
        if BucketCount::try_new(count).is_none() {
            return Err(TooMuch { what: "buckets, a power of two,", limit: MAX_BUCKETS, found: count });
        }
        at_most("named buckets", count, buckets.indexes.len())?;
        at_most("heads", MAX_HEADS, buckets.heads.len())
    }
}

impl Answer {
    pub(crate) fn check_limits(&self) -> Result<(), TooMuch> {
        let Said::Exchanged(said) = &self.said else { return Ok(()) };
        batches(&said.batches)?;
        at_most("acknowledged logs", MAX_OWN_LOGS.saturating_add(1), said.acknowledged.heads.len())?;
        at_most("logs taken", MAX_BATCHES, said.taken.len())?;
        at_most("places", MAX_OWN_LOGS.saturating_add(MAX_PLACES), said.places.len())?;
        at_most("table digests", MAX_DIGESTS, said.digests.len())?;
        match &said.difference {
            Difference::None => Ok(()),
            Difference::Outline(outline) => at_most("buckets", MAX_BUCKETS, outline.len()),
            Difference::Compared(compared) => {
                at_most("wants", MAX_BATCHES, compared.wants.len())?;
                at_most("diverged logs", MAX_HEADS, compared.diverged.len())
            }
        }
    }
}
