//! One exchange, without HTTP: the handler, the simulation and the measurements drive this.

use super::SyncError;
use crate::{
    company, device,
    journal::{self, Outgoing},
    state::AppState,
};
use duka_sync::{
    Answer, Envelope, MAX_BATCHES, MAX_BODY_BYTES, MAX_ENTRIES, Purpose, Refusal, RefusalReason, Request, TableDigest, diverged,
};

/// Takes a sealed [`Request`], gives back a sealed [`Answer`]; both as CBOR, not compressed.
pub async fn exchange(state: &AppState, bytes: &[u8]) -> Result<Vec<u8>, SyncError> {
    let envelope = Envelope::read(bytes)?;
    let device = device::find(state, envelope.device).await?.ok_or(SyncError::Unknown(envelope.device))?;
    let request: Request = envelope.open(&device.key, Purpose::Request)?;
    match device.state {
        device::State::Active => {}
        device::State::Quarantined => return Err(SyncError::Quarantined(device.device)),
        device::State::Server => return Err(SyncError::Unknown(device.device)),
    }
    if request.company != device.company {
        return Err(SyncError::WrongCompany(device.device));
    }
    within_limits(&request)?;
    let server = company::server_of(state, device.company).await?;

    let mut refused: Vec<Refusal> = Vec::new();
    for batch in &request.batches {
        // Of a log that was refused, what comes later in the same message would only be refused as a gap.
        if refused.iter().any(|refusal| refusal.log == batch.log) {
            continue;
        }
        refused.extend(journal::take(state, &server, &device, batch).await?);
    }

    let mut tx = state.db.snapshot().await?;
    let Outgoing { have, batches, more } = journal::outgoing_in_tx(&mut tx, &server, device.device, device.shop, &request.have).await?;
    let mut digests = Vec::new();
    if let (true, Some(shop)) = (request.digests, device.shop) {
        for (table, digest) in journal::digests_in_tx(&mut tx, device.company, shop).await? {
            digests.push(TableDigest { table: table.name().to_owned(), digest: digest.text() });
        }
    }
    drop(tx);

    // I3: two writers may stand at the same place and have nothing to send.
    for log in diverged(&have, &request.have).into_iter().filter(|log| log.device == device.device) {
        let told = refused.iter().any(|refusal| refusal.log == log && refusal.reason == RefusalReason::Fork);
        if let (false, Some(head)) = (told, request.have.iter().find(|head| head.log == log)) {
            refused.push(journal::diverged(state, &device, *head).await?);
        }
    }
    let answer = Answer { have, batches, more, refused, digests };
    Ok(Envelope::seal(server.device, &server.key, Purpose::Answer, &answer)?)
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
