//! What is asked about accounts.

use super::{AccountError, store};
use crate::{
    company,
    platform::db::{DbError, Tx},
    state::AppState,
};
use duka_api::http::{AccountView, AccountsView};
use duka_core::{CompanyId, Currency, ShopId, Sum};
use duka_ledger::table::{AccountRow, Digest};

/// A shop's accounts.
pub(super) async fn accounts(state: &AppState, company: CompanyId, shop: ShopId) -> Result<AccountsView, AccountError> {
    company::shop_exists(state, company, shop).await?;
    let mut tx = state.db.snapshot().await?;
    let mut view = AccountsView { accounts: Vec::new(), sum_minor: Sum::ZERO };
    for row in store::balances(&mut tx, company, shop).await? {
        let balance_minor = balance(&row)?;
        let currency = Currency::try_new(&row.currency).map_err(|_| DbError::damaged("currency"))?;
        view.sum_minor = view.sum_minor.checked_add(balance_minor).map_err(|_| DbError::damaged("balance"))?;
        view.accounts.push(AccountView { account: row.account, currency, balance_minor });
    }
    Ok(view)
}

fn balance(row: &store::Balance) -> Result<Sum, DbError> {
    Sum::from_parts(row.balance_high, row.balance_low).ok_or_else(|| DbError::damaged("balance"))
}

/// Of a shop's balances; those at zero count as absent.
pub async fn digest_in_tx(tx: &mut Tx, company: CompanyId, shop: ShopId) -> Result<Digest, DbError> {
    let mut digest = Digest::default();
    for row in store::balances(tx, company, shop).await? {
        let balance = i64::try_from(balance(&row)?.value()).unwrap_or(i64::MAX);
        digest.add(&AccountRow { account: row.account, currency: row.currency, balance });
    }
    Ok(digest)
}
