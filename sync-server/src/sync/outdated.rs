//! What is to be folded again: after an update, and when a device was revoked or released.

use super::{SyncError, rebuild, refold::refold_log};
use crate::{journal, platform::Platform};
use duka_core::CompanyId;

/// Folds again whatever another version folded, or was marked to be folded again; of how many entries something else became. Done at start.
pub async fn refold_outdated(platform: &Platform) -> Result<u64, SyncError> {
    let mut changed = 0_u64;
    loop {
        let companies = journal::outdated(&platform.db).await?;
        if companies.is_empty() {
            return Ok(changed);
        }
        for company in companies {
            changed = changed.saturating_add(refold_company(platform, company).await?);
        }
    }
}

/// Folds again what of one company is to be folded again.
pub(super) async fn refold_company(platform: &Platform, company: CompanyId) -> Result<u64, SyncError> {
    let logs = journal::logs_in_tx(&mut platform.db.snapshot().await?, company).await?;
    if logs.iter().any(|log| !log.is_current() && log.folded != 0) {
        // Another version may have given other rows for the same facts.
        let mended = rebuild::rebuild(platform, company).await?.mended;
        return Ok(mended.iter().map(|table| table.rows).sum());
    }
    let mut changed = 0_u64;
    for log in logs.iter().filter(|log| !log.is_current()) {
        changed = changed.saturating_add(refold_log(platform, company, log.id).await?);
    }
    Ok(changed)
}
