//! A device that is not known here. A server that was restored to an older backup may have admitted it since: its own log says so, which the
//! device has. What it brings of that proves itself by this server's signature; nothing else of it is taken before it is known.

use super::{
    SyncError,
    take::{Brought, take_all},
};
use crate::{
    device::{self, Device},
    journal::{self, JournalError, Reader},
    platform::Platform,
};
use duka_ledger::{LogId, Scope};
use duka_sync::{Envelope, Unverified};

/// Who a request is from.
pub(super) enum Introduced {
    /// A device, perhaps certified by what it brought; whether it really sent this is still to be checked.
    Known(Box<Device>),
    /// Nobody that is known; what is answered to that.
    Unknown(Vec<u8>),
}

/// Finds out who sent a request.
pub(super) async fn introduce(platform: &Platform, envelope: &Envelope) -> Result<Introduced, SyncError> {
    if let Some(device) = find(platform, envelope).await? {
        return Ok(Introduced::Known(Box::new(device)));
    }
    let unknown = || SyncError::Unknown(envelope.device);
    let asked = envelope.read_request()?;
    let server = match journal::server_of(platform, asked.request.company).await {
        Ok(server) if server.device == asked.request.server => server,
        // Whoever does not know whom to ask learns nothing.
        Ok(_) | Err(JournalError::NoCompany(_)) => return Err(unknown()),
        Err(fault) => return Err(fault.into()),
    };
    let log = LogId { device: server.device, scope: Scope::Company(server.company) };
    take_own(platform, &asked, log).await?;
    if let Some(device) = find(platform, envelope).await? {
        return Ok(Introduced::Known(Box::new(device)));
    }
    let held = journal::own_held_in_tx(&mut platform.db.snapshot().await?, &server).await?;
    Ok(Introduced::Unknown(asked.not_enrolled(&server.key, platform.clock.now().at, held)?))
}

async fn find(platform: &Platform, envelope: &Envelope) -> Result<Option<Device>, SyncError> {
    Ok(device::find(platform, envelope.device).await?.filter(|device| !device.is_server()))
}

/// Takes what is this server's own `log` of what somebody brought.
async fn take_own(platform: &Platform, asked: &Unverified, log: LogId) -> Result<(), SyncError> {
    let request = &asked.request;
    let brought = request.exchange().map_or(&[][..], |exchange| &exchange.batches);
    let pieces: Vec<_> = brought.iter().filter(|piece| piece.log == log).cloned().collect();
    if pieces.is_empty() {
        return Ok(());
    }
    let reader = Reader { company: request.company, server: request.server, device: request.device, shop: None, apart: true };
    take_all(platform, &reader, None, Brought { pieces: &pieces, heard: request.heard }).await.map(drop)
}
