//! Table account.

use crate::platform::db::{DbError, Insert, Tx};
use duka_core::{CompanyId, Currency, ShopId, Sum};
use duka_ledger::Account;
use std::collections::BTreeMap;

/// Adds to balances (ADR 10).
pub(super) async fn add_balances(tx: &mut Tx, company: CompanyId, rows: BTreeMap<(ShopId, Account, Currency), Sum>) -> Result<(), DbError> {
    const BALANCE: Insert = Insert {
        into: "account",
        columns: &["company", "shop", "account", "currency", "balance_high", "balance_low"],
        tail: "ON CONFLICT (company, shop, account, currency) DO UPDATE SET \
               balance_high = account.balance_high + excluded.balance_high \
                   + (account.balance_low + excluded.balance_low) / 1000000000000000000, \
               balance_low = (account.balance_low + excluded.balance_low) % 1000000000000000000",
    };
    let rows: Vec<_> = rows.into_iter().filter(|(_, sum)| !sum.is_zero()).collect();
    tx.insert(BALANCE, &rows, |((shop, account, currency), sum), values| {
        let (high, low) = sum.parts();
        values.bind(company.uuid()).bind(shop.uuid()).bind(account.to_string()).bind(currency.code().to_owned()).bind(high).bind(low);
    })
    .await
    .map(drop)
}

/// Empties the table of a company, to be made anew from its facts.
pub async fn clear_in_tx(tx: &mut Tx, company: CompanyId) -> Result<(), DbError> {
    tx.query("DELETE FROM account WHERE company = $1").bind(company.uuid()).execute().await.map(drop)
}

/// A balance as it is stored.
#[derive(sqlx::FromRow)]
pub(super) struct Balance {
    pub(super) account: String,
    pub(super) currency: String,
    pub(super) balance_high: i64,
    pub(super) balance_low: i64,
}

/// A shop's balances that are not zero: one per register, rate and few more, so they need no page.
pub(super) async fn balances(tx: &mut Tx, company: CompanyId, shop: ShopId) -> Result<Vec<Balance>, DbError> {
    tx.query(
        "SELECT account, currency, balance_high, balance_low FROM account \
         WHERE company = $1 AND shop = $2 AND (balance_high <> 0 OR balance_low <> 0) ORDER BY account, currency",
    )
    .bind(company.uuid())
    .bind(shop.uuid())
    .fetch_all()
    .await
}
