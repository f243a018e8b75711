//! What waits is tried again whenever the server starts, since this version may understand more than the one before.

use super::{JournalError, store};
use crate::platform::db::Db;
use duka_core::CompanyId;
use std::collections::BTreeSet;

/// Entries looked at in one go.
const PAGE: i64 = 256;

/// Has the logs folded again in which something waits that this version may understand.
pub async fn mark_understood(db: &Db) -> Result<(), JournalError> {
    let mut after = (CompanyId::from_bytes([0; 16]), 0, 0);
    let mut marked = BTreeSet::new();
    loop {
        let mut tx = db.snapshot().await?;
        let page = store::entry::waiting_after(&mut tx, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.place;
        let mut found = BTreeSet::new();
        for store::entry::Waiting { place: (company, log, _), stored } in page {
            if marked.contains(&(company, log)) {
                continue;
            }
            let stored = match stored {
                Ok(stored) => stored,
                Err(fault) => {
                    // Its own log cannot be folded; those behind it can.
                    tracing::error!(%company, log, %fault, "an entry that waits cannot be read");
                    continue;
                }
            };
            let Some(held) = store::log::at(&mut tx, company, log).await? else { continue };
            if stored.verdict.may_wait_no_more(&stored.sealed, &held.state) {
                marked.insert((company, log));
                found.insert((company, log));
            }
        }
        drop(tx);
        if found.is_empty() {
            continue;
        }
        let mut tx = db.begin().await?;
        for (company, log) in found {
            store::log::mark_log_outdated(&mut tx, company, log).await?;
        }
        tx.commit().await?;
    }
}
