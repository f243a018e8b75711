//! What a reader lacks, cut so that each batch verifies by itself.

use super::{JournalError, Server, store};
use crate::platform::db::Tx;
use duka_core::{DeviceId, ShopId};
use duka_ledger::{Batch, Head, SignedHead};
use duka_sync::{MAX_BATCHES, MAX_BODY_BYTES, MAX_ENTRIES, missing};
use std::collections::HashMap;

/// What the server holds, and what of it a reader is sent.
pub struct Outgoing {
    /// The heads of all logs that the reader may read.
    pub have: Vec<Head>,
    /// What it lacks, as much as fits.
    pub batches: Vec<Batch>,
    /// Whether there is more.
    pub more: bool,
}

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// The device.
    pub device: DeviceId,
    /// Its shop.
    pub shop: Option<ShopId>,
    /// It was revoked: it learns of that, and of nothing else.
    pub revoked: bool,
}

/// What a device may read (I9) and lacks: the server's own log first, for it holds the keys to the others.
pub async fn outgoing_in_tx(tx: &mut Tx, server: &Server, reader: Reader, theirs: &[Head]) -> Result<Outgoing, JournalError> {
    let company = server.company;
    let mut rows = store::log::readable_logs(tx, company, reader.shop).await?;
    if reader.revoked {
        rows.retain(|row| row.id.device == reader.device || row.id.device == server.device);
    }
    let have: Vec<Head> = rows.iter().map(super::Log::head).collect();
    let logs: HashMap<_, i64> = rows.iter().map(|row| (row.id, row.number)).collect();
    let mut lacking = missing(&have, theirs);
    lacking.retain(|range| range.log.device != reader.device);
    lacking.sort_by_key(|range| range.log.device != server.device);

    let mut batches = Vec::new();
    let mut room = MAX_BODY_BYTES;
    let mut more = false;
    for range in lacking {
        let Some(log) = logs.get(&range.log).copied() else { continue };
        if batches.len() >= MAX_BATCHES {
            more = true;
            break;
        }
        let own = range.log.device == server.device;
        let limit = i64::try_from(MAX_ENTRIES).unwrap_or(i64::MAX);
        let sizes = store::entry::sizes(tx, company, log, store::stored(range.from), limit).await?;
        let Some((cut, size)) = cut(&sizes, own, room, batches.is_empty()) else {
            more = true;
            break;
        };
        let head = Head { log: range.log, seq: store::number(cut.seq), hash: store::hash(&cut.hash) };
        let signed = if own {
            server.key.sign_head(head)
        } else {
            let signature = cut.signature.as_deref().and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
            SignedHead {
                head,
                signature: signature.ok_or_else(|| JournalError::Damaged(format!("the signature at {} of {}", head.seq, head.log)))?,
            }
        };
        let entries = store::entry::bytes(tx, company, log, store::stored(range.from), cut.seq).await?;
        batches.push(Batch { log: range.log, entries: entries.into_iter().map(Into::into).collect(), head: signed });
        room = room.saturating_sub(size);
        more |= head.seq < range.to;
    }
    Ok(Outgoing { have, batches, more })
}

/// The last place up to which entries may go: signed by their device (ours we sign ourselves) and within the room that is left.
///
/// There always is one in an empty message: what a device once sent in one message has the same limits.
fn cut(sizes: &[store::entry::SizeRow], own: bool, room: usize, first: bool) -> Option<(&store::entry::SizeRow, usize)> {
    let mut sum = 0_usize;
    let mut best = None;
    for (index, row) in sizes.iter().enumerate() {
        sum = sum.saturating_add(usize::try_from(row.size).unwrap_or(usize::MAX));
        let alone = first && index == 0;
        if sum > room && !alone {
            break;
        }
        if own || row.signature.is_some() {
            best = Some((row, sum));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: i64, size: i64, signed: bool) -> store::entry::SizeRow {
        store::entry::SizeRow { seq, size, hash: vec![0; 32], signature: signed.then(|| vec![0; 64]) }
    }

    #[test]
    fn a_batch_ends_at_the_last_signed_place_that_fits() {
        let rows = [row(1, 10, false), row(2, 10, true), row(3, 10, false), row(4, 10, true), row(5, 10, false)];
        let end = |own, room, first| cut(&rows, own, room, first).map(|(row, size)| (row.seq, size));
        assert_eq!(end(false, 100, true), Some((4, 40)));
        assert_eq!(end(false, 39, true), Some((2, 20)));
        assert_eq!(end(false, 19, false), None);
        assert_eq!(end(true, 39, true), Some((3, 30)));
        assert_eq!(end(true, 5, true), Some((1, 10)));
        assert_eq!(end(true, 5, false), None);
    }
}
