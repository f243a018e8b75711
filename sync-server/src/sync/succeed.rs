//! A till that is a copy asks to go on as another device (I12), without HTTP.

use super::SyncError;
use crate::{device, journal, platform::Platform, receipt};
use duka_sync::Envelope;

/// Takes a sealed request for succession, gives back a sealed answer; both as CBOR, not compressed.
pub async fn succeed(platform: &Platform, bytes: &[u8]) -> Result<Vec<u8>, SyncError> {
    let envelope = Envelope::read(bytes)?;
    let known = device::find(platform, envelope.device).await?.filter(|device| !device.is_server());
    let old = known.ok_or(SyncError::Unknown(envelope.device))?;
    let server = journal::server_of(platform, old.company).await?;
    let received = envelope.open_succession(old.key(), server.device, server.company)?;
    let certificate = device::succeed(platform, &received.request).await?;
    let held = receipt::held(platform, old.company, old.shop(), &received.request.receipts).await?;
    Ok(received.answer(&server.key, certificate, held)?)
}
