//! What is to be folded again: after an update, and when a device was revoked or released.

use super::{SyncError, rebuild, refold::refold_log};
use crate::{journal, platform::Platform};
use duka_core::CompanyId;

/// Folds again whatever another version folded, or was marked to be folded again, or waits and may be understood by now; of how many entries
/// something else became. Done at start.
pub async fn refold_outdated(platform: &Platform) -> Result<u64, SyncError> {
    journal::mark_understood(&platform.db).await?;
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
    let mut changed = 0_u64;
    loop {
        let mut logs = journal::logs_in_tx(&mut platform.db.snapshot().await?, company).await?;
        logs.retain(|log| !log.is_current());
        if logs.iter().any(|log| log.folded != 0) {
            // Another version may have given other rows for the same facts.
            let mended = rebuild::rebuild(platform, company).await?.mended;
            return Ok(changed.saturating_add(mended.iter().map(|table| table.rows).sum()));
        }
        if logs.is_empty() {
            return Ok(changed);
        }
        // What one says may have others folded again.
        for log in logs {
            changed = changed.saturating_add(refold_log(platform, company, log.id).await?);
        }
    }
}
