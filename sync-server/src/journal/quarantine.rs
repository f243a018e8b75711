//! What was refused is kept with its reason (I10), up to a limit (I11).

use super::{JournalError, store};
use crate::platform::{
    Platform,
    db::Tx,
    http::{PAGE, page},
};
use duka_api::{http::QuarantineView, till::Page};
use duka_core::{CompanyId, DeviceId, Timestamp};
use duka_ledger::{LogId, SealedEntry};
use duka_sync::Refusal;
use uuid::Uuid;

/// Refusals kept per device; the same one again only counts up.
const MOST: i64 = 200;
/// Bytes kept of a refused piece: all of one, also where it is a single large entry with its head (I10).
const MOST_BYTES: usize = SealedEntry::MAX_BYTES + (4 << 10);

/// Something that was refused.
pub struct Refused<'r> {
    /// The company.
    pub company: CompanyId,
    /// The device that is to blame.
    pub device: DeviceId,
    /// The log.
    pub log: LogId,
    /// What was answered.
    pub refusal: Refusal,
    /// The reason for people.
    pub detail: &'r str,
    /// What was brought.
    pub bytes: &'r [u8],
    /// When.
    pub at: Timestamp,
}

/// Keeps the branch of a fork that came second.
pub async fn keep_fork_in_tx(tx: &mut Tx, refused: &Refused<'_>) -> Result<(), JournalError> {
    let log = store::log::lock_in_tx(tx, refused.company, refused.log).await?;
    Ok(store::quarantine::insert_fork(tx, &log, refused).await?)
}

/// Keeps what was refused.
pub async fn keep_in_tx(tx: &mut Tx, platform: &Platform, refused: &Refused<'_>) -> Result<(), JournalError> {
    if store::quarantine::count_again(tx, refused).await? {
        return Ok(());
    }
    if store::quarantine::count(tx, refused.company, refused.device).await? >= MOST {
        tracing::error!(device = %refused.device, "the quarantine of this device is full ({MOST}); a refused batch was not kept");
        return Ok(());
    }
    let kept = Refused { bytes: refused.bytes.get(..MOST_BYTES).unwrap_or(refused.bytes), ..*refused };
    Ok(store::quarantine::insert(tx, platform.new_id(DeviceId::new).uuid(), &kept).await?)
}

/// What was refused of a company's devices, by age.
pub async fn list_quarantined(platform: &Platform, company: CompanyId, after: Option<Uuid>) -> Result<Page<QuarantineView>, JournalError> {
    super::exists(platform, company).await?;
    let rows = store::quarantine::list(&platform.db, company, after.unwrap_or(Uuid::nil()), PAGE).await?;
    let view = |row: store::quarantine::ListedRow| {
        let log = store::log_id(company, row.writer, row.scope);
        let times = if row.times > 1 { format!(" ({} times)", row.times) } else { String::new() };
        QuarantineView {
            device: DeviceId::from_uuid(row.device),
            place: format!("{log} at {}", row.seq),
            reason: format!("{}{times}", row.reason),
            at: Timestamp::from_micros(row.at),
        }
    };
    Ok(page(rows, |row| row.id.to_string(), view))
}
