//! Carrying out what the ledger plans for an entry: the one place where the tables follow.

use super::{check, record};
use crate::{
    device,
    enrolment::Member,
    journal::{self, LogRow, Place},
    platform::StoreError,
    product,
    record::Known,
    tables,
};
use duka_core::{DeviceId, RecordId, planted};
use duka_ledger::{
    DeviceCertified, SealedEntry,
    rule::{Change, Effect, Rows, Verdict, Wait, Writer as Certified, judge},
};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// The certificate of a log's writer: this till's own and the server's are known from enrolment.
pub(super) fn certificate(db: &Connection, me: &Member, device: DeviceId) -> Result<Option<DeviceCertified>, StoreError> {
    if device == me.device() {
        return Ok(Some(me.certificate.clone()));
    }
    if device == me.server_device {
        return Ok(Some(me.server_certificate()));
    }
    device::certificate(db, device)
}

/// The same with what holds of it.
pub(super) fn certified(db: &Connection, me: &Member, device: DeviceId) -> Result<Option<Certified>, StoreError> {
    certificate(db, me, device)?.map(|certificate| device::writer(db, certificate)).transpose()
}

/// Has the tables follow. Gives the record that has to be made anew, if one has.
pub(super) fn apply_in_tx(tx: &Connection, n: i64, change: Change, known: Option<Known>) -> Result<Option<RecordId>, StoreError> {
    let counts = match &change.rows {
        Rows::Stay => false,
        Rows::Insert(rows) => {
            tables::write_in_tx(tx, rows)?;
            true
        }
        Rows::TakeOut(rows) => {
            tables::take_out_in_tx(tx, rows)?;
            false
        }
        Rows::Unknown => {
            tracing::error!(log = n, "the tables hold what another version wrote; they are made anew at the next start");
            journal::mark_foreign_in_tx(tx, n)?;
            false
        }
    };
    match change.effect {
        None => Ok(None),
        Some(Effect::Record(changed)) if counts => product::follow_in_tx(tx, &changed, known).map(|()| None),
        Some(Effect::Record(changed)) => Ok(Some(changed.record)),
        // (The server, which certifies itself, is judged by what is known from enrolment: its log's head is saved after this.)
        Some(Effect::Certified(device) | Effect::Standing(device)) => journal::mark_in_tx(tx, device).map(|()| None),
    }
}

/// Appends entries that follow a log's head: judges them and has the tables follow. In a log that is to be folded again they wait for that.
pub(super) fn take_in_tx(tx: &Connection, me: &Member, log: &mut LogRow, fresh: &[SealedEntry]) -> Result<(), StoreError> {
    let writer = certified(tx, me, log.log.device)?.filter(|_| log.is_current && log.cut.is_none());
    for sealed in fresh {
        let place = Place::of(log.n, sealed.entry().seq)?;
        match &writer {
            Some(writer) => {
                let late = planted::is(planted::Bug::LateIsNothing) && sealed.entry().lamport < journal::max_lamport(tx)?;
                let state = &mut log.state;
                let mut judged = check::asking(tx, log.log.device, &check::record, |asks| judge(writer, state, sealed, asks))?;
                if late {
                    judged.rows.retain(|row| row.table.name != "stock");
                }
                let change = judged.change(None, sealed);
                if let Verdict::Flagged(reason) = &change.verdict {
                    tracing::warn!(log = %log.log, seq = sealed.entry().seq, %reason, "a fact was kept and flagged");
                }
                journal::insert_entry_in_tx(tx, place, sealed, &change.verdict)?;
                apply_in_tx(tx, log.n, change, None)?;
            }
            None => {
                journal::insert_entry_in_tx(tx, place, sealed, &Verdict::Waiting(Wait::Fold))?;
                log.is_current = false;
            }
        }
        log.follow(sealed);
    }
    journal::advance_in_tx(tx, log)
}

/// Makes records anew from the edits that count.
pub(super) fn remake_in_tx(tx: &Connection, records: &BTreeSet<RecordId>) -> Result<(), StoreError> {
    records.iter().try_for_each(|record| record::remake_in_tx(tx, *record))
}
