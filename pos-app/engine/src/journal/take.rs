//! Taking in entries of others that were verified.

use super::{
    project::apply_in_tx,
    store::{self, LogRow, Place},
};
use crate::platform::StoreError;
use duka_core::DeviceId;
use duka_ledger::{SealedEntry, SignedHead};
use rusqlite::Connection;

/// Stores and projects entries that follow `log`'s head, and keeps the signature that covers them. All or nothing, with its transaction.
pub(crate) fn take_in_tx(
    tx: &Connection,
    own: DeviceId,
    server: DeviceId,
    mut log: LogRow,
    fresh: &[SealedEntry],
    head: &SignedHead,
) -> Result<(), StoreError> {
    let Some(last) = fresh.last() else { return Ok(()) };
    let mut highest = 0;
    for sealed in fresh {
        let place = Place::of(log.n, sealed.entry().seq)?;
        let outcome = apply_in_tx(tx, place, sealed, server)?;
        if let super::Outcome::Refused(reason) = &outcome {
            tracing::warn!(log = %log.log, seq = sealed.entry().seq, %reason, "a fact was kept but not projected");
        }
        store::insert_entry_in_tx(tx, place, sealed, outcome.state())?;
        highest = highest.max(sealed.entry().lamport);
    }
    log.seq = last.entry().seq;
    log.hash = last.hash();
    log.lamport = highest.max(log.lamport);
    log.at = last.entry().at;
    store::advance_in_tx(tx, &log)?;
    store::sign_in_tx(tx, log.n, head.head.seq, &head.signature)?;
    store::witness_in_tx(tx, own, highest)
}
