//! Judging the entries of a log anew, when what the server says of its writer has changed.

use super::check;
use crate::{
    device,
    enrolment::Member,
    journal::{self, LogRow, Place, Stood},
    platform::StoreError,
    product, record, tables,
};
use duka_core::{DeviceId, RecordId};
use duka_ledger::{
    Body, DeviceCertified, Fact, LogId, RecordChangeRow, Scope, SealedEntry, fold,
    rule::{Flag, Judged, LogState, Verdict, Writer as Certified, judge},
};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Entries read at once.
const PAGE: u32 = 500;

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

/// Writes what a judged entry adds. One that repeats what its writer wrote before is flagged instead.
pub(super) fn fold_in_tx(tx: &Connection, judged: Judged) -> Result<Verdict, StoreError> {
    let Judged { verdict, rows, record } = judged;
    if !tables::write_in_tx(tx, &rows)? {
        return Ok(Verdict::Flagged(Flag::Repeated));
    }
    if let Some(changed) = record {
        product::follow_in_tx(tx, &changed, None)?;
    }
    Ok(verdict)
}

/// Judges all that is held of a device again; entries that count no more are taken out, those that count again are folded (I4).
pub(super) fn device_in_tx(tx: &Connection, me: &Member, device: DeviceId) -> Result<(), StoreError> {
    let Some(certificate) = certificate(tx, me, device)? else { return Ok(()) };
    let writer = device::writer(tx, certificate)?;
    let scopes: [Scope; 2] = [Scope::Company(me.company()), Scope::Shop(me.shop())];
    for scope in scopes {
        if let Some(log) = journal::log(tx, LogId { device, scope })? {
            log_in_tx(tx, &writer, log)?;
        }
    }
    Ok(())
}

fn log_in_tx(tx: &Connection, writer: &Certified, mut log: LogRow) -> Result<(), StoreError> {
    log.state = LogState::default();
    let mut records = BTreeSet::new();
    let mut from = 1;
    loop {
        let page = journal::entry_in(tx, log.n, from, PAGE)?;
        let Some((last, _)) = page.last() else { break };
        from = last.entry().seq.saturating_add(1);
        for (sealed, stood) in page {
            let judged = judge(writer, &mut log.state, &sealed, &check::record);
            let place = Place::of(log.n, sealed.entry().seq)?;
            match (stood, Stood::of(&judged.verdict)) {
                (Stood::Projected, Stood::Projected) => {}
                (Stood::Projected, Stood::Flagged | Stood::Waiting) => {
                    take_out_in_tx(tx, &sealed, &mut records)?;
                    journal::set_stood_in_tx(tx, place, &judged.verdict)?;
                }
                (Stood::Flagged | Stood::Waiting, _) => {
                    let verdict = fold_in_tx(tx, judged)?;
                    journal::set_stood_in_tx(tx, place, &verdict)?;
                }
            }
        }
    }
    journal::advance_in_tx(tx, &log)?;
    records.into_iter().try_for_each(|record| remake_in_tx(tx, record))
}

/// Takes out what a projected entry added; its record, if it changed one, has to be made anew.
pub(super) fn take_out_in_tx(tx: &Connection, sealed: &SealedEntry, records: &mut BTreeSet<RecordId>) -> Result<(), StoreError> {
    let damaged = |fault: &dyn std::fmt::Display| StoreError::Corrupt(fault.to_string());
    let Body::Known(fact) = sealed.body().map_err(|fault| damaged(&fault))? else {
        return Err(damaged(&"a projected fact is not known"));
    };
    let rows = fold::rows(sealed.entry(), &fact).map_err(|fault| damaged(&fault))?;
    if let Fact::RecordChanged(changed) = &fact {
        records.insert(changed.record);
    }
    tables::take_out_in_tx(tx, &rows)
}

/// Makes a record anew from the edits that count.
pub(super) fn remake_in_tx(tx: &Connection, record: RecordId) -> Result<(), StoreError> {
    let edits = record::edits_of(tx, record)?;
    let mut left = Vec::with_capacity(edits.len());
    for edit in edits {
        left.extend(change_of(tx, &edit)?);
    }
    product::forget_in_tx(tx, record, &left)
}

/// The raw change of an edit, from its entry.
fn change_of(tx: &Connection, edit: &RecordChangeRow) -> Result<Option<Vec<u8>>, StoreError> {
    for log in journal::logs_of(tx, edit.device)? {
        if let Scope::Company(_) = log.log.scope
            && let Some(sealed) = journal::entry_at(tx, log.n, edit.seq)?
            && let Ok(Body::Known(Fact::RecordChanged(changed))) = sealed.body()
        {
            return Ok(Some(changed.change.to_vec()));
        }
    }
    Ok(None)
}
