//! Facts of kinds that only a newer version knows wait in the journal; after an update the tables follow them (I10).

use super::{JournalError, fold::Fold, store};
use crate::{platform::db::Lock, state::AppState};
use duka_core::CompanyId;
use duka_ledger::{Body, SealedEntry};
use uuid::Uuid;

const PAGE: i64 = 500;

/// Makes the tables follow every waiting fact whose kind is known by now; how many there were. Done once at start.
pub async fn project_pending(state: &AppState) -> Result<u64, JournalError> {
    let (mut company, mut log, mut seq, mut facts) = (Uuid::nil(), 0, 0, 0_u64);
    loop {
        let rows = store::unprojected_after(&state.db, company, log, seq, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(facts) };
        (company, log, seq) = (last.company, last.log, last.seq);
        for row in rows {
            facts = facts.saturating_add(u64::from(project(state, row).await?));
        }
    }
}

async fn project(state: &AppState, row: store::EntryRow) -> Result<bool, JournalError> {
    let company = CompanyId::from_uuid(row.company);
    let sealed = SealedEntry::open(row.bytes).map_err(|fault| JournalError::Damaged(fault.to_string()))?;
    let Body::Known(fact) = sealed.body().map_err(|fault| JournalError::Damaged(fault.to_string()))? else { return Ok(false) };
    let mut tx = state.db.begin().await?;
    tx.lock(row.company, Lock::Exclusive).await?;
    // Another process may have been faster.
    if !store::mark_projected(&mut tx, company, row.log, row.seq).await? {
        return Ok(false);
    }
    let mut fold = Fold::default();
    fold.add(&sealed, &fact)?;
    fold.write_in_tx(&mut tx, company).await?;
    tx.commit().await?;
    Ok(true)
}
