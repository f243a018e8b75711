//! Cutting a log back to a place: what stands behind it is another branch than everybody else has, and is kept as one.

use super::{
    apply::{apply_in_tx, remake_in_tx},
    check,
};
use crate::{
    journal::{self, Kept, LogRow},
    platform::StoreError,
};
use duka_core::RecordId;
use duka_ledger::{
    SealedEntry,
    rule::{Judged, LogState, Refold, Verdict, Wait, Writer as Certified},
};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Entries taken out, or read, at once.
const PAGE: u32 = 256;

/// Takes a page of what stands behind `common`, the last of it, out of the log and out of the tables. What the rules remember there is found out
/// by folding the log again.
pub(super) fn cut_page_in_tx(tx: &Connection, log: &mut LogRow, common: u64) -> Result<(), StoreError> {
    let page = journal::entry_back(tx, log.n, common, PAGE)?;
    let mut records = BTreeSet::<RecordId>::new();
    for Kept { sealed, verdict, .. } in &page {
        // As if nothing were known of it.
        let unknown = Judged { verdict: Verdict::Waiting(Wait::Fold), rows: Vec::new(), effect: None };
        records.extend(apply_in_tx(tx, log.n, unknown.change(Some(verdict), sealed), None)?);
    }
    journal::keep_branch_in_tx(tx, log.n, page.iter().map(|kept| &kept.sealed))?;
    if let Some(first) = page.last() {
        let end = first.sealed.entry().seq.saturating_sub(1);
        journal::remove_behind_in_tx(tx, log.n, end)?;
        let head: Option<SealedEntry> = journal::entry_at(tx, log.n, end)?;
        log.go_back(head.as_ref(), page.iter().map(|kept| &kept.sealed));
    }
    log.is_current = false;
    if log.seq <= common {
        log.cut = None;
    }
    journal::advance_in_tx(tx, log)?;
    if log.cut.is_none() {
        journal::whole_in_tx(tx, log.n)?;
    }
    remake_in_tx(tx, &records)
}

/// Takes all that stands behind `common` out at once. Gives where the log stands then.
pub(super) fn cut_in_tx(tx: &Connection, writer: &Certified, log: &LogRow, common: u64) -> Result<LogState, StoreError> {
    let is_current = log.is_current;
    let mut log = LogRow { cut: Some(common), ..log.clone() };
    while log.cut.is_some() {
        cut_page_in_tx(tx, &mut log, common)?;
    }
    log.state = state_at(tx, writer.clone(), log.n, log.seq)?;
    // What was to be folded again still is.
    log.is_current = is_current;
    journal::advance_in_tx(tx, &log)?;
    Ok(log.state)
}

/// What the rules remember at a place of a log: only that of the last entry is kept, so it is learnt again from the first.
pub(super) fn state_at(db: &Connection, writer: Certified, n: i64, seq: u64) -> Result<LogState, StoreError> {
    let mut refold = Refold::new(Some(writer));
    while refold.seq() < seq {
        let page = journal::entry_in(db, n, refold.seq().saturating_add(1), PAGE)?;
        if page.is_empty() {
            break;
        }
        for kept in page.iter().filter(|kept| kept.sealed.entry().seq <= seq) {
            refold.judge(&kept.sealed, &check::record);
        }
    }
    Ok(refold.state().clone())
}
