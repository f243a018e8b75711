//! Asking to be certified anew, when this till is a copy (I12).

use super::{SealedRequest, SyncError};
use crate::{
    enrolment::Member,
    journal,
    platform::{Settings, StoreError},
};
use duka_core::{DeviceId, ReceiptId};
use duka_ledger::{Body, DeviceCertified, DeviceKey, DeviceRole};
use duka_sync::{EnvelopeError, MAX_RECEIPTS_ASKED, Nonce, Parting, Succeeded, Succession, Ticket};
use rusqlite::Connection;

/// Entries read at once.
const PAGE: u32 = 500;

/// A request that can be sent once, by this device to be certified as its successor, each named with its key; `receipts` are what
/// [`receipts_to_ask`] gives.
pub(crate) fn request(
    db: &Connection,
    settings: &Settings,
    (me, old): (&Member, &DeviceKey),
    (successor, new): (DeviceId, &DeviceKey),
    receipts: Vec<ReceiptId>,
) -> Result<SealedRequest, SyncError> {
    let request = Succession {
        server: me.server_device,
        company: me.company(),
        device: me.device(),
        nonce: Nonce::new(settings.entropy.as_ref()),
        successor,
        key: new.public(),
        receipts,
        heard: journal::head(db, me.server_log())?.map_or(0, |log| log.head.seq),
    };
    let (bytes, ticket) = request.seal(old, new)?;
    Ok(SealedRequest { bytes, ticket })
}

/// The receipts of which the server is asked whether it holds them: that which the basket of now will be, since it may be paid before the answer
/// comes, and the first ones behind the places at which the logs part.
pub(crate) fn receipts_to_ask(db: &Connection, partings: &[Parting], basket: Option<ReceiptId>) -> Result<Vec<ReceiptId>, StoreError> {
    let mut receipts: Vec<_> = basket.into_iter().collect();
    for parting in partings {
        let Some(log) = journal::head(db, parting.log)? else { continue };
        let mut from = parting.common.saturating_add(1);
        while receipts.len() < MAX_RECEIPTS_ASKED {
            let page = journal::entry_in(db, log.n, from, PAGE)?;
            let Some(last) = page.last() else { break };
            from = last.sealed.entry().seq.saturating_add(1);
            receipts.extend(page.iter().filter_map(|kept| match kept.sealed.body() {
                Ok(Body::Known(fact)) => fact.receipt().map(|(receipt, _)| receipt.receipt),
                _ => None,
            }));
        }
    }
    receipts.truncate(MAX_RECEIPTS_ASKED);
    Ok(receipts)
}

/// Opens the answer; the server must have certified who was asked for, in the place of this device, for the same till.
pub(crate) fn open(me: &Member, successor: DeviceId, key: &DeviceKey, ticket: Ticket, answer: &[u8]) -> Result<Succeeded, SyncError> {
    let answer = ticket.open_succession(answer, &me.server_key)?;
    let given = &answer.certificate;
    let asked = (successor, key.public(), DeviceRole::Till, Some(me.shop()), Some(me.register()), me.currency(), Some(me.device()));
    let certified = (given.device, given.key, given.role, given.shop, given.register, given.currency, given.succeeds);
    if certified != asked || !DeviceCertified::is_series(&given.series) {
        return Err(EnvelopeError::Malformed("it certifies another device than was asked for".to_owned()).into());
    }
    Ok(answer)
}
