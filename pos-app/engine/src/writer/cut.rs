//! Cutting a log back to a place: what stands behind it is another branch than everybody else has, and is kept as one.

use super::{
    check,
    refold::{remake_in_tx, take_out_in_tx},
};
use crate::{
    journal::{self, LogRow, Stood},
    platform::StoreError,
};
use duka_core::RecordId;
use duka_ledger::rule::{LogState, Writer as Certified, judge};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Entries read at once.
const PAGE: u32 = 500;

/// Takes what stands behind `common` out of the log and out of the tables. Gives where the log stands then.
pub(super) fn cut_in_tx(tx: &Connection, writer: &Certified, log: &LogRow, common: u64) -> Result<LogState, StoreError> {
    let mut records = BTreeSet::<RecordId>::new();
    loop {
        let page = journal::entry_back(tx, log.n, common, PAGE)?;
        let Some((first, _)) = page.last() else { break };
        for (sealed, stood) in &page {
            if *stood == Stood::Projected {
                take_out_in_tx(tx, sealed, &mut records)?;
            }
        }
        journal::keep_branch_in_tx(tx, log.n, page.iter().map(|(sealed, _)| sealed))?;
        journal::remove_behind_in_tx(tx, log.n, first.entry().seq.saturating_sub(1))?;
    }
    let state = state_at(tx, writer, log.n)?;
    journal::cut_in_tx(tx, log.n, journal::entry_at(tx, log.n, common)?.as_ref(), &state)?;
    records.into_iter().try_for_each(|record| remake_in_tx(tx, record))?;
    Ok(state)
}

/// What the rules remember at the end of a log: only that of the last entry is kept, so it is learnt again from the first.
fn state_at(tx: &Connection, writer: &Certified, n: i64) -> Result<LogState, StoreError> {
    let (mut state, mut from) = (LogState::default(), 1);
    loop {
        let page = journal::entry_in(tx, n, from, PAGE)?;
        let Some((last, _)) = page.last() else { return Ok(state) };
        from = last.entry().seq.saturating_add(1);
        for (sealed, _) in &page {
            judge(writer, &mut state, sealed, &check::record);
        }
    }
}
