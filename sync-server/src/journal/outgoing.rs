//! What a reader lacks, cut into pieces that each verify by themselves.

use super::{HeldLog, JournalError, Readable, Server, store};
use crate::platform::db::Tx;
use duka_ledger::{Batch, Head, SignedHead};
use duka_sync::{Cut, MAX_ENTRIES, Packing, Range, Weight};

/// Packs of `ranges`, in their order, as much as goes into `room` bytes; and whether that was all.
///
/// Others' logs are cut only where their writer's signature is kept; our own we sign wherever it is cut.
pub async fn pack_in_tx(
    tx: &mut Tx,
    server: &Server,
    readable: &Readable,
    ranges: &[Range],
    room: usize,
) -> Result<(Vec<Batch>, bool), JournalError> {
    let (mut packing, mut pieces, mut all) = (Packing::new(room), Vec::new(), true);
    for range in ranges {
        let Some(log) = readable.get(&range.log) else { continue };
        let mut from = range.from;
        while from <= range.to {
            let sizes = sizes_in_tx(tx, server, log, from, range.to).await?;
            let own = range.log.device == server.device;
            let weigh = |row: &store::entry::SizeRow| Weight {
                bytes: usize::try_from(row.size).unwrap_or(usize::MAX),
                signed: own || row.signature.is_some(),
            };
            match packing.cut(&sizes.iter().map(weigh).collect::<Vec<_>>()) {
                Cut::Entries(count) => {
                    let last = count.checked_sub(1).and_then(|place| sizes.get(place));
                    let last = last.ok_or_else(|| JournalError::Damaged(format!("the entries of {} from {from} on", range.log)))?;
                    pieces.push(piece_in_tx(tx, server, log, from, last).await?);
                    from = store::number(last.seq).saturating_add(1);
                }
                Cut::Full => return Ok((pieces, false)),
                Cut::NoSignedPlace => {
                    // Every piece came with a signature, so this is damage; other logs go on.
                    tracing::error!(log = %range.log, from, "no signed place follows; the log cannot be handed on from there");
                    all = false;
                    break;
                }
            }
        }
    }
    Ok((pieces, all))
}

async fn sizes_in_tx(tx: &mut Tx, server: &Server, log: &HeldLog, from: u64, to: u64) -> Result<Vec<store::entry::SizeRow>, JournalError> {
    let most = i64::try_from(MAX_ENTRIES).unwrap_or(i64::MAX);
    Ok(store::entry::sizes(tx, server.company, log.number, (store::stored(from), store::stored(to)), most).await?)
}

async fn piece_in_tx(tx: &mut Tx, server: &Server, log: &HeldLog, from: u64, last: &store::entry::SizeRow) -> Result<Batch, JournalError> {
    let head = Head { log: log.head.log, seq: store::number(last.seq), hash: store::hash(&last.hash) };
    let kept = last.signature.as_deref().and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
    let signed = match kept {
        Some(signature) => SignedHead { head, signature },
        None => server.key.sign_head(head),
    };
    let entries = store::entry::bytes(tx, server.company, log.number, store::stored(from), last.seq).await?;
    Ok(Batch { log: head.log, entries: entries.into_iter().map(Into::into).collect(), head: signed })
}
