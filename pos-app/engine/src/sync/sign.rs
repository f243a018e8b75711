//! Signing what was written here, so that others can hand it over even when the key is gone.

use crate::{
    journal::{self, LogHead, Place},
    platform::StoreError,
};
use duka_ledger::{DeviceKey, Head, SignedHead};
use duka_sync::{MAX_ENTRIES, signature_due};
use rusqlite::Connection;

/// The next signature that an own log is due, if it has grown by a piece since it was last signed.
pub(crate) fn due(db: &Connection, log: &LogHead, key: &DeviceKey) -> Result<Option<SignedHead>, StoreError> {
    let signed = journal::last_signed(db, log.n, log.head.seq)?;
    let sizes = journal::entry_sizes(db, log.n, signed.saturating_add(1), log.head.seq, MAX_ENTRIES.saturating_add(1))?;
    let (mut entries, mut bytes) = (0_usize, 0_usize);
    for (next, _) in sizes {
        if signature_due(entries, bytes, next) {
            let seq = signed.saturating_add(u64::try_from(entries).unwrap_or(u64::MAX));
            return sign(db, log, seq, key);
        }
        (entries, bytes) = (entries.saturating_add(1), bytes.saturating_add(next));
    }
    Ok(None)
}

/// Signs a log up to a place.
pub(crate) fn sign(db: &Connection, log: &LogHead, seq: u64, key: &DeviceKey) -> Result<Option<SignedHead>, StoreError> {
    let hash = super::hash_of(db, &log.head.log, seq)?;
    Ok(hash.map(|hash| key.sign_head(Head { seq, hash, ..log.head })))
}

/// Keeps a signature.
pub(crate) fn keep_in_tx(tx: &Connection, log: &LogHead, signed: &SignedHead) -> Result<(), StoreError> {
    journal::sign_in_tx(tx, Place::of(log.n, signed.head.seq)?, &signed.signature)
}
