//! What is asked about accounts.

use super::{AccountError, store};
use crate::{company, platform::Platform};
use duka_api::http::{AccountView, AccountsView};
use duka_core::{CompanyId, ShopId};

/// A shop's accounts.
pub(super) async fn accounts(platform: &Platform, company: CompanyId, shop: ShopId) -> Result<AccountsView, AccountError> {
    company::shop_exists(platform, company, shop).await?;
    let rows = store::balances(&platform.db, company, shop).await?;
    let sum: i128 = rows.iter().map(|row| i128::from(row.balance)).sum();
    let view = |row: duka_ledger::AccountRow| AccountView {
        account: row.account.to_string(),
        currency: row.currency,
        balance_minor: row.balance.to_string(),
    };
    Ok(AccountsView { accounts: rows.into_iter().map(view).collect(), sum_minor: sum.to_string() })
}
