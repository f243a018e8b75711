//! What this till holds and could hand over.

use crate::{
    enrolment::{self, Member},
    identity::Shared,
    journal::{self, LogHead},
    platform::{KeyError, StoreError},
};
use duka_core::DeviceId;
use duka_ledger::{DeviceKey, Hash, Head, LogId};
use duka_sync::Heads;
use rusqlite::Connection;
use std::sync::Arc;

/// Where every log stands that both sides may read: what was written here to its end, others' to where their writer signed. Costs O(logs).
pub(crate) fn heads(db: &Connection, shared: &Shared, me: &Member) -> Result<Heads, StoreError> {
    let copied = enrolment::copied(db, me.device())?;
    let mut heads = Vec::new();
    for log in journal::heads(db)? {
        if me.may_read(log.head.log.scope) {
            let end = copied.filter(|_| log.head.log.device == me.device()).map(|copied| copied.end(log.head.log.scope));
            heads.extend(match end.filter(|end| *end < log.head.seq) {
                // What a copy has written since is another branch: it is written again by the device that the copy becomes.
                Some(end) => head_at(db, &log, end)?,
                None => head(db, shared, me, &log)?,
            });
        }
    }
    Ok(heads.into_iter().collect())
}

fn head(db: &Connection, shared: &Shared, me: &Member, log: &LogHead) -> Result<Option<Head>, StoreError> {
    if signing_key(shared, me.device(), log).is_some() {
        return Ok(Some(log.head));
    }
    Ok(match journal::last_signed(db, log.n, log.head.seq)? {
        0 => None,
        seq if seq == log.head.seq => Some(log.head),
        seq => head_at(db, log, seq)?,
    })
}

/// The key of a log that was written here, where it is still to be had.
pub(super) fn signing_key(shared: &Shared, device: DeviceId, log: &LogHead) -> Option<Arc<DeviceKey>> {
    let writer = log.head.log.device;
    (writer == device || log.former).then(|| shared.key_of(writer)).flatten()
}

/// Up to where a log that was written here is the server's, too, or can still be handed over.
pub(crate) fn shared_head(db: &Connection, shared: &Shared, log: &LogHead) -> Result<Option<Head>, StoreError> {
    let seq = match shared.key_of(log.head.log.device) {
        Some(_) => log.head.seq,
        None => journal::last_signed(db, log.n, log.head.seq)?.max(log.acknowledged).min(log.head.seq),
    };
    head_at(db, log, seq)
}

/// A log's head as it was at a place.
pub(crate) fn head_at(db: &Connection, log: &LogHead, seq: u64) -> Result<Option<Head>, StoreError> {
    Ok(hash_at(db, log, seq)?.map(|hash| Head { seq, hash, ..log.head }))
}

/// Whether a device's key is gone for good, as far as its key store knows; one that fails now may have it.
pub(super) fn key_is_gone(shared: &Shared, device: DeviceId) -> bool {
    matches!(shared.load_key(device), Ok(None) | Err(KeyError::Unreadable(_)))
}

/// The hash of an entry that is held.
pub(crate) fn hash_of(db: &Connection, log: &LogId, seq: u64) -> Result<Option<Hash>, StoreError> {
    match journal::head(db, *log)? {
        Some(log) => hash_at(db, &log, seq),
        None => Ok(None),
    }
}

fn hash_at(db: &Connection, log: &LogHead, seq: u64) -> Result<Option<Hash>, StoreError> {
    if seq == log.head.seq {
        return Ok(Some(log.head.hash));
    }
    Ok(journal::entry_at(db, log.n, seq)?.map(|entry| entry.hash()))
}
