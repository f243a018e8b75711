//! What this till says in an exchange.

use super::{
    SyncError,
    heads::{hash_of, heads, signing_key},
};
use crate::{
    enrolment::Member,
    identity::Shared,
    journal::{self, LogHead, Place},
    platform::{KeyError, StoreError},
};
use duka_core::DeviceId;
use duka_ledger::{Batch, DeviceKey, Head, SignedHead};
use duka_sync::{Cut, MAX_ENTRIES, Nonce, Packing, Peer, Range, Ticket, Weight};
use rusqlite::Connection;
use std::sync::Arc;

/// A request that can be sent once, and what its answer is opened with.
#[derive(Debug)]
pub struct SealedRequest {
    /// What goes to the server.
    pub bytes: Vec<u8>,
    /// Opens the answer.
    pub ticket: Ticket,
}

/// The key that this till speaks with: one that is gone, or was made elsewhere, is another matter than one that cannot be had now.
pub(crate) fn own_key(shared: &Shared, device: DeviceId) -> Result<Arc<DeviceKey>, SyncError> {
    match shared.load_key(device) {
        Ok(Some(key)) => Ok(key),
        Ok(None) | Err(KeyError::Unreadable(_)) => Err(SyncError::NoKey),
        Err(fault @ KeyError::Unavailable(_)) => Err(fault.into()),
    }
}

/// What `peer` says next, with as many entries as a message of this `room` holds. `db` shows one state throughout.
pub(crate) fn request(db: &Connection, shared: &Shared, peer: &mut Peer, room: usize) -> Result<SealedRequest, SyncError> {
    let me = shared.joined()?;
    let key = own_key(shared, me.device())?;
    let plan = peer.plan(&heads(db, shared, &me)?, room);
    let batches = pack(db, shared, &me, plan.push(), room)?;
    let nonce = Nonce::new(shared.settings.entropy.as_ref());
    let request = plan.request(nonce, shared.settings.clock.now().at, batches);
    let (bytes, ticket) = request.seal(&key)?;
    Ok(SealedRequest { bytes, ticket })
}

/// Cuts ranges into pieces, as many as fit.
fn pack(db: &Connection, shared: &Shared, me: &Member, ranges: &[Range], room: usize) -> Result<Vec<Batch>, StoreError> {
    let mut packing = Packing::new(room);
    let mut batches = Vec::new();
    for range in ranges {
        let Some(log) = journal::head(db, range.log)? else { continue };
        let key = signing_key(shared, me.device(), &log);
        let mut from = range.from;
        while from <= range.to {
            let sizes = journal::entry_sizes(db, log.n, from, range.to, MAX_ENTRIES)?;
            let weights: Vec<Weight> = sizes.into_iter().map(|(bytes, signed)| Weight { bytes, signed: signed || key.is_some() }).collect();
            let count = match packing.cut(&weights) {
                Cut::Entries(count) => u64::try_from(count).unwrap_or(u64::MAX),
                Cut::Full => return Ok(batches),
                Cut::NoSignedPlace => break,
            };
            let to = from.saturating_add(count).saturating_sub(1);
            let head = signed_head(db, &log, to, key.as_deref())?;
            let entries = journal::entry_bytes(db, log.n, from, to)?.into_iter().map(Into::into).collect();
            batches.push(Batch { log: range.log, entries, head });
            from = to.saturating_add(1);
        }
    }
    Ok(batches)
}

/// A head that covers exactly the entries up to `seq`: as it was received, or signed now.
fn signed_head(db: &Connection, log: &LogHead, seq: u64, key: Option<&DeviceKey>) -> Result<SignedHead, StoreError> {
    let missing = |what: &str| StoreError::Corrupt(format!("{what} at {seq} of {} is gone", log.head.log));
    let hash = hash_of(db, &log.head.log, seq)?.ok_or_else(|| missing("the entry"))?;
    let head = Head { seq, hash, ..log.head };
    match key {
        Some(key) => Ok(key.sign_head(head)),
        None => {
            let signature = journal::signature(db, Place::of(log.n, seq)?)?.ok_or_else(|| missing("the signature"))?;
            Ok(SignedHead { head, signature })
        }
    }
}
