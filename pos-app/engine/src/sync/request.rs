//! What this till says in an exchange.

use super::SyncError;
use crate::{
    journal::{self, LogRow},
    till::Till,
};
use duka_core::DeviceId;
use duka_ledger::{Batch, DeviceKey, Hash, Head, SignedHead};
use duka_sync::{Envelope, MAX_BATCHES, MAX_BODY_BYTES, MAX_ENTRIES, Purpose, Range, Request};
use rusqlite::Connection;

impl Till {
    /// A sealed request: what this till has, and of `ranges` what fits into one message (I11).
    pub fn sync_request(&self, ranges: &[Range], digests: bool) -> Result<Vec<u8>, SyncError> {
        let me = self.me()?;
        let key = self.key.as_ref().ok_or(SyncError::NoKey)?;
        let mut room = MAX_BODY_BYTES;
        let mut batches = Vec::new();
        for range in ranges.iter().take(MAX_BATCHES) {
            if let Some(log) = journal::log(&self.db.connection, range.log)?
                && let Some(batch) = batch(&self.db.connection, &log, *range, (range.log.device == me.device).then_some(key), &mut room)?
            {
                batches.push(batch);
            }
        }
        for log in journal::written_here(&self.db.connection, me.device)? {
            if log.log.device == me.device || log.acknowledged >= log.seq || batches.len() >= MAX_BATCHES {
                continue;
            }
            // What this database wrote as another device, before it was restored, is still owed to the server (I10).
            let Some(old) = self.former_key(log.log.device) else { continue };
            let range = Range { log: log.log, from: log.acknowledged.saturating_add(1), to: log.seq };
            batches.extend(batch(&self.db.connection, &log, range, Some(&old), &mut room)?);
        }
        let request = Request { company: me.company, have: self.heads()?, batches, digests };
        Ok(Envelope::seal(me.device, key, Purpose::Request, &request)?)
    }
}

impl Till {
    fn former_key(&self, device: DeviceId) -> Option<DeviceKey> {
        match self.settings.keys.load(device) {
            Ok(secret) => secret.map(DeviceKey::from_secret),
            Err(error) => {
                tracing::warn!(%error, %device, "the key of a former device cannot be loaded; its entries wait");
                None
            }
        }
    }
}

/// Entries of a log that fit, and a head that covers exactly them: signed now for an own log, as received for another's.
fn batch(db: &Connection, log: &LogRow, range: Range, key: Option<&DeviceKey>, room: &mut usize) -> Result<Option<Batch>, SyncError> {
    let to = match (key, log.signed) {
        (Some(_), _) => range.to.min(log.seq),
        (None, Some((signed, _))) => range.to.min(signed),
        (None, None) => return Ok(None),
    };
    let from = range.from.max(1);
    if log.forked || from > to || *room == 0 {
        return Ok(None);
    }
    let (mut count, mut left) = (0_usize, *room);
    let whole = *room == MAX_BODY_BYTES;
    let entries = journal::entries(db, log.n, from, to, |size| {
        // A single entry larger than the room may go alone, else it would never go.
        let fits = count < MAX_ENTRIES && (size <= left || whole && count == 0);
        count += 1;
        left = left.saturating_sub(size);
        fits
    })?;
    let Some(last) = entries.last() else { return Ok(None) };
    let seq = from.saturating_add(u64::try_from(entries.len()).unwrap_or(u64::MAX)).saturating_sub(1);
    let head = Head { log: log.log, seq, hash: Hash::of(last) };
    let head = match (key, log.signed) {
        (Some(key), _) => key.sign_head(head),
        (None, Some((signed, signature))) if signed == seq => SignedHead { head, signature },
        (None, _) => return Ok(None),
    };
    *room = left;
    Ok(Some(Batch { log: log.log, entries: entries.into_iter().map(Into::into).collect(), head }))
}
