//! Proves that the tables are the fold of the facts, by making them anew.

use super::{
    JournalError, digest,
    fold::{self, Fold},
    store,
};
use crate::{
    company,
    platform::db::{Lock, Tx},
    state::AppState,
};
use duka_api::http::{Rebuilt, ShopDigests};
use duka_core::CompanyId;
use duka_ledger::{Body, SealedEntry};

/// Entries folded at once.
const PAGE: i64 = 1_000;

/// Empties the company's tables, folds its whole journal into them, and says whether they were what they are now. All or nothing.
pub async fn rebuild(state: &AppState, company: CompanyId) -> Result<Rebuilt, JournalError> {
    company::exists(state, company).await.map_err(|fault| JournalError::NotFound(fault.to_string()))?;
    let mut tx = state.db.begin().await?;
    tx.lock(company.uuid(), Lock::Exclusive).await?;
    let before = all_digests(&mut tx, company).await?;
    fold::clear_in_tx(&mut tx, company).await?;
    let facts = fold_all(&mut tx, company).await?;
    let after = all_digests(&mut tx, company).await?;
    tx.commit().await?;
    let equal = before == after;
    if !equal {
        tracing::error!(%company, "the tables were not what the facts say; they are now");
    }
    Ok(Rebuilt { facts, equal, before, after })
}

async fn fold_all(tx: &mut Tx, company: CompanyId) -> Result<u64, JournalError> {
    let (mut log, mut seq, mut facts) = (0, 0, 0_u64);
    loop {
        let rows = store::entries_after(tx, company, log, seq, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(facts) };
        (log, seq) = (last.log, last.seq);
        let mut folded = Fold::default();
        for row in rows {
            let sealed = SealedEntry::open(row.bytes).map_err(|fault| JournalError::Damaged(fault.to_string()))?;
            match sealed.body().map_err(|fault| JournalError::Damaged(fault.to_string()))? {
                Body::Known(fact) => {
                    folded.add(&sealed, &fact)?;
                    if !row.projected {
                        store::mark_projected(tx, company, row.log, row.seq).await?;
                    }
                    facts = facts.saturating_add(1);
                }
                Body::Unknown { .. } => {}
            }
        }
        folded.write_in_tx(tx, company).await?;
    }
}

async fn all_digests(tx: &mut Tx, company: CompanyId) -> Result<Vec<ShopDigests>, JournalError> {
    let mut all = Vec::new();
    for shop in company::shops_in_tx(tx, company).await? {
        all.push(ShopDigests { shop, digests: digest::view(&digest::digests_in_tx(tx, company, shop).await?) });
    }
    Ok(all)
}
