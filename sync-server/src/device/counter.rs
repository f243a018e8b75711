//! That a request is good once (ADR 16).

use super::{Device, store};
use crate::platform::{Platform, db::DbError};

/// Uses up a counter of a device's exchanges, if it is higher than any before; whether it was. Done for good before anything else is, so that
/// of two requests with one counter only one is acted on, whatever processes they come to.
pub async fn use_counter(platform: &Platform, device: &Device, counter: u64) -> Result<bool, DbError> {
    let Ok(counter) = i64::try_from(counter) else { return Ok(false) };
    let mut tx = platform.db.begin().await?;
    let used = store::raise_counter(&mut tx, device.company, device.id(), counter).await?;
    tx.commit().await?;
    Ok(used)
}
