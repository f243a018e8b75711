//! Entries that were saved from a damaged database take their place once those before them have come from the server.

use super::{
    Writer, check,
    refold::{certificate, fold_in_tx},
};
use crate::{
    device,
    enrolment::Member,
    journal::{self, LogHead, Place},
    platform::{self, StoreError},
};
use duka_ledger::rule::judge;
use rusqlite::Connection;

/// Entries of a log that take their place after one answer; the others do after the next.
const AT_ONCE: u64 = 1_000;

impl Writer {
    /// Lets entries that follow the heads of their logs by now take their place.
    pub(super) fn adopt_salvaged(&mut self, me: &Member) -> Result<(), StoreError> {
        let awaited = journal::awaited(self.reading())?;
        if awaited.is_empty() {
            return Ok(());
        }
        for log in journal::all_heads(self.reading())?.into_iter().filter(|log| !log.forked && awaited.contains(&log.n)) {
            let tx = platform::begin(self.db.writing())?;
            let end = adopt_in_tx(&tx, me, &log)?;
            platform::commit(tx)?;
            if end > log.head.seq {
                self.grown.journal += 1;
                tracing::info!(log = %log.head.log, from = log.head.seq, to = end, "salvaged entries took their place");
            }
        }
        Ok(())
    }
}

/// Appends the entries that wait for a log's head; gives where it ends then.
fn adopt_in_tx(tx: &Connection, me: &Member, head: &LogHead) -> Result<u64, StoreError> {
    let (Some(certificate), Some(mut log)) = (certificate(tx, me, head.head.log.device)?, journal::log(tx, head.head.log)?) else {
        return Ok(head.head.seq);
    };
    let writer = device::writer(tx, certificate)?;
    let end = log.seq.saturating_add(AT_ONCE);
    while log.seq < end {
        let next = log.seq.saturating_add(1);
        let Some(sealed) = journal::waiting_at(tx, log.n, next)?.into_iter().find(|sealed| sealed.entry().prev == log.hash) else { break };
        let verdict = fold_in_tx(tx, judge(&writer, &mut log.state, &sealed, &check::record))?;
        journal::insert_entry_in_tx(tx, Place::of(log.n, next)?, &sealed, &verdict)?;
        log.follow(&sealed);
    }
    journal::advance_in_tx(tx, &log)?;
    journal::forget_held_in_tx(tx, log.n, 1, log.seq)?;
    Ok(log.seq)
}
