//! Digests of the tables that tills hold too, to compare by (I4).

use super::JournalError;
use crate::{account, company, platform::db::Tx, product, receipt, shift, state::AppState, stock};
use duka_api::http::{DigestView, DigestsView};
use duka_core::{CompanyId, ShopId};
use duka_ledger::table::{Digest, Table, combined};

/// Of every table, for a company and one of its shops, computed from the rows that are there.
pub async fn digests_in_tx(tx: &mut Tx, company: CompanyId, shop: ShopId) -> Result<Vec<(Table, Digest)>, JournalError> {
    let mut digests = receipt::digests_in_tx(tx, company, shop).await?;
    digests.push((Table::Account, account::digest_in_tx(tx, company, shop).await?));
    digests.push((Table::Shift, shift::digest_in_tx(tx, company, shop).await?));
    digests.push((Table::Stock, stock::digest_in_tx(tx, company, shop).await?));
    digests.push((Table::Product, product::digest_in_tx(tx, company).await?));
    digests.sort_by_key(|(table, _)| *table);
    Ok(digests)
}

/// The same, of one state of all tables, for people.
pub async fn digests(state: &AppState, company: CompanyId, shop: ShopId) -> Result<DigestsView, JournalError> {
    company::shop_exists(state, company, shop).await.map_err(|fault| JournalError::NotFound(fault.to_string()))?;
    let mut tx = state.db.snapshot().await?;
    Ok(view(&digests_in_tx(&mut tx, company, shop).await?))
}

pub(super) fn view(digests: &[(Table, Digest)]) -> DigestsView {
    let tables: Vec<DigestView> =
        digests.iter().map(|(table, digest)| DigestView { table: table.name().to_owned(), digest: digest.text() }).collect();
    let combined = combined(tables.iter().map(|view| (view.table.clone(), view.digest.clone())));
    DigestsView { tables, combined }
}
