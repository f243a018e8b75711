//! What this till says in an exchange.

use super::SyncError;
use crate::{
    identity::Shared,
    journal::{self, LogRow},
};
use duka_ledger::{Batch, DeviceKey, Hash, Head, SignedHead};
use duka_sync::{Envelope, MAX_BATCHES, MAX_BODY_BYTES, MAX_ENTRIES, Purpose, Range, Request};
use rusqlite::Connection;

/// A sealed request: what this till has, and of `ranges` what fits into one message (I11). `db` shows one state throughout.
pub(crate) fn request(db: &Connection, shared: &Shared, ranges: &[Range], digests: bool) -> Result<Vec<u8>, SyncError> {
    let me = shared.joined()?;
    let key = shared.key().ok_or(SyncError::NoKey)?;
    let mut room = MAX_BODY_BYTES;
    let mut batches = Vec::new();
    for range in ranges.iter().take(MAX_BATCHES) {
        if let Some(log) = journal::log(db, range.log)? {
            let own = (range.log.device == me.device()).then_some(key.as_ref());
            batches.extend(batch(db, &log, *range, own, &mut room)?);
        }
    }
    for log in journal::written_here(db, me.device())? {
        if log.log.device == me.device() || log.acknowledged >= log.seq || batches.len() >= MAX_BATCHES {
            continue;
        }
        // What this database wrote as another device, before it was restored, is still owed to the server (I10).
        let Some(old) = shared.key_of(log.log.device) else { continue };
        let range = Range { log: log.log, from: log.acknowledged.saturating_add(1), to: log.seq };
        batches.extend(batch(db, &log, range, Some(&old), &mut room)?);
    }
    let request = Request { company: me.company(), have: heads(db)?, batches, digests };
    Ok(Envelope::seal(me.device(), &key, Purpose::Request, &request)?)
}

/// Where every log stands that this till holds; costs O(logs).
pub(crate) fn heads(db: &Connection) -> Result<Vec<Head>, SyncError> {
    Ok(journal::logs(db)?.iter().filter(|log| log.seq > 0).map(LogRow::head).collect())
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
