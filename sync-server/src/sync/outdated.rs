//! What is to be folded again: after an update, and when a device was revoked or released.

use super::{SyncError, rebuild, refold::refold_log};
use crate::{journal, platform::Platform};
use duka_core::CompanyId;

/// Folds again whatever another version folded, or was marked to be folded again, or waits and may be understood by now; of how many entries
/// something else became. A company that cannot be folded keeps no other from it. A server that runs does the same by itself ([`super::Refolding`]).
pub async fn refold_outdated(platform: &Platform) -> Result<u64, SyncError> {
    journal::mark_understood(&platform.db).await?;
    let (mut changed, mut failed) = (0_u64, None);
    let mut after = CompanyId::from_bytes([0; 16]);
    loop {
        let companies = journal::outdated(&platform.db, after).await?;
        let Some(last) = companies.last() else { break };
        after = *last;
        for company in companies {
            match refold_company(platform, company).await {
                Ok(of_company) => changed = changed.saturating_add(of_company),
                Err(fault) => {
                    tracing::error!(%company, %fault, "what is to be folded again cannot be");
                    failed = Some(fault);
                }
            }
        }
    }
    failed.map_or(Ok(changed), Err)
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
