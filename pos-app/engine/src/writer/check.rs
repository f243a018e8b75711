//! What the rules ask of whoever has them judge.

use crate::{platform::StoreError, tables};
use duka_core::DeviceId;
use duka_ledger::{
    RecordChanged,
    rule::{Asks, CheckRecord, Once},
};
use rusqlite::Connection;
use std::cell::Cell;

/// Checks the change of a record that came from elsewhere.
pub(super) fn record(changed: &RecordChanged, author: DeviceId) -> Result<(), String> {
    duka_records::check(&changed.change, author, changed.number)
}

/// What this till has just made itself needs no second look.
#[allow(clippy::unnecessary_wraps, reason = "it stands where `record` stands")]
pub(super) const fn own_record(_: &RecordChanged, _: DeviceId) -> Result<(), String> {
    Ok(())
}

/// Has the rules judge the next entry of a log of `writer`, whose tables follow it: they know what it said before.
pub(super) fn asking<T>(
    tx: &Connection,
    writer: DeviceId,
    record: CheckRecord<'_>,
    judge: impl FnOnce(&Asks<'_>) -> T,
) -> Result<T, StoreError> {
    let failed = Cell::new(None);
    let seen = |once: &Once| {
        let (table, key) = once.key(writer);
        tables::has(tx, table, &key).unwrap_or_else(|fault| {
            failed.set(Some(fault));
            false
        })
    };
    let judged = judge(&Asks { record, seen: &seen });
    failed.into_inner().map_or(Ok(judged), Err)
}
