//! One exchange, without HTTP: the handler, the simulation and the measurements drive this.

use super::{SyncError, refuse, take};
use crate::{
    device::{self, Device},
    journal::{self, Outgoing, Reader},
    platform::Platform,
};
use duka_ledger::{Head, Scope};
use duka_sync::{
    Answer, Envelope, MAX_BATCHES, MAX_BODY_BYTES, MAX_ENTRIES, Purpose, Refusal, RefusalReason, Request, TableDigest, diverged,
};

/// Takes a sealed [`Request`], gives back a sealed [`Answer`]; both as CBOR, not compressed.
pub async fn exchange(platform: &Platform, bytes: &[u8]) -> Result<Vec<u8>, SyncError> {
    let envelope = Envelope::read(bytes)?;
    let known = device::find(platform, envelope.device).await?.filter(|device| !device.is_server());
    let device = known.ok_or(SyncError::Unknown(envelope.device))?;
    let request: Request = envelope.open(device.key(), Purpose::Request)?;
    if device.quarantined {
        return Err(SyncError::Quarantined(device.id()));
    }
    if request.company != device.company {
        return Err(SyncError::WrongCompany(device.id()));
    }
    within_limits(&request)?;
    let server = journal::server_of(platform, device.company).await?;

    let mut refused: Vec<Refusal> = Vec::new();
    for batch in &request.batches {
        // Of a log that was refused, what comes later in the same message would only be refused as a gap.
        if refused.iter().any(|refusal| refusal.log == batch.log) {
            continue;
        }
        refused.extend(take::take(platform, &device, batch).await?);
    }

    let reader = Reader { device: device.id(), shop: device.shop(), revoked: device.is_revoked() };
    let mut tx = platform.db.snapshot().await?;
    let Outgoing { have, batches, more } = journal::outgoing_in_tx(&mut tx, &server, reader, &request.have).await?;
    let mut digests = Vec::new();
    if let (true, false, Some(shop)) = (request.digests, reader.revoked, reader.shop) {
        for (table, digest) in journal::digests_in_tx(&mut tx, device.company, shop).await? {
            digests.push(TableDigest { table: table.to_owned(), digest: digest.text() });
        }
    }
    drop(tx);

    let own: Vec<Head> = request.have.iter().copied().filter(|head| head.log.device == device.id()).collect();
    // I3: two writers may stand at the same place and have nothing to send.
    for log in diverged(&have, &own) {
        let told = refused.iter().any(|refusal| refusal.log == log && refusal.reason == RefusalReason::Fork);
        if let (false, Some(head)) = (told, own.iter().find(|head| head.log == log)) {
            refused.push(refuse::diverged(platform, &device, *head).await?);
        }
    }
    remember_owed(platform, &device, &have, &own).await?;
    let answer = Answer { have, batches, more, refused, digests };
    Ok(Envelope::seal(server.device, &server.key, Purpose::Answer, &answer)?)
}

/// What a device has written and not brought yet: should it be lost, a person can see what it still owed.
async fn remember_owed(platform: &Platform, device: &Device, have: &[Head], own: &[Head]) -> Result<(), SyncError> {
    let held = |head: &Head| have.iter().find(|held| held.log == head.log).map_or(0, |held| held.seq);
    let of_device = |head: &&Head| match head.log.scope {
        Scope::Company(company) => company == device.company,
        Scope::Shop(shop) => Some(shop) == device.shop(),
    };
    let owed: Vec<&Head> = own.iter().filter(of_device).filter(|head| head.seq > held(head)).collect();
    if owed.is_empty() {
        return Ok(());
    }
    let mut tx = platform.db.begin().await?;
    for head in owed {
        journal::claim_in_tx(&mut tx, device.company, head.log, head.seq).await?;
    }
    Ok(tx.commit().await?)
}

/// The same limits as for what the server sends, so that whatever came in can go out again (I11).
fn within_limits(request: &Request) -> Result<(), SyncError> {
    let too_much = |what: String| Err(SyncError::TooMuch(what));
    if request.batches.len() > MAX_BATCHES {
        return too_much(format!("{} batches", request.batches.len()));
    }
    if let Some(batch) = request.batches.iter().find(|batch| batch.entries.len() > MAX_ENTRIES) {
        return too_much(format!("a batch of {} entries", batch.entries.len()));
    }
    let entries: usize = request.batches.iter().map(|batch| batch.entries.len()).sum();
    let bytes: usize = request.batches.iter().flat_map(|batch| &batch.entries).map(|entry| entry.len()).sum();
    if bytes > MAX_BODY_BYTES && entries > 1 {
        return too_much(format!("{bytes} bytes of entries"));
    }
    Ok(())
}
