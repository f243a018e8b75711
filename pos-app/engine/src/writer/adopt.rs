//! Entries that were saved from a damaged database take their place once those before them have come from the server.

use super::{Writer, apply::take_in_tx};
use crate::{
    enrolment::Member,
    journal,
    platform::{self, StoreError},
};

/// Entries that take their place in one step.
const PAGE: usize = 256;

impl Writer {
    /// Lets entries that follow the head of a log by now take their place, a page of them; false when there are none.
    pub(super) fn adopt_step(&mut self, me: &Member) -> Result<bool, StoreError> {
        let Some(mut log) = journal::adoptable(self.reading())?.map(|n| journal::log_at(self.reading(), n)).transpose()?.flatten() else {
            return Ok(false);
        };
        let (mut fresh, mut end) = (Vec::new(), log.hash);
        while fresh.len() < PAGE {
            let next = log.seq.saturating_add(u64::try_from(fresh.len()).unwrap_or(u64::MAX)).saturating_add(1);
            let waiting = journal::waiting_at(self.reading(), log.n, next)?;
            let Some(sealed) = waiting.into_iter().find(|sealed| sealed.entry().prev == end) else { break };
            end = sealed.hash();
            fresh.push(sealed);
        }
        let from = log.seq;
        let tx = platform::begin(self.db.writing())?;
        take_in_tx(&tx, me, &mut log, &fresh)?;
        journal::forget_held_in_tx(&tx, log.n, 1, log.seq)?;
        platform::commit(tx)?;
        self.grown.journal += 1;
        tracing::info!(log = %log.log, from, to = log.seq, "salvaged entries took their place");
        Ok(true)
    }
}
