//! The table `account`.

use crate::platform::StoreError;
use duka_ledger::{
    Posting,
    table::{AccountRow, Digest},
};
use rusqlite::{Connection, params};

pub(crate) fn post_in_tx(tx: &Connection, posting: &Posting) -> Result<(), StoreError> {
    tx.prepare_cached(
        "insert into account (account, currency, balance) values (?1, ?2, ?3)
         on conflict (account, currency) do update set balance = balance + excluded.balance",
    )?
    .execute(params![posting.account.to_string(), posting.currency.code(), posting.amount])?;
    Ok(())
}

/// All balances that are not zero.
pub(crate) fn balances(db: &Connection) -> Result<Vec<AccountRow>, StoreError> {
    let mut statement =
        db.prepare_cached("select account, currency, balance from account where balance <> 0 order by account, currency")?;
    let rows = statement
        .query_map([], |row| Ok(AccountRow { account: row.get(0)?, currency: row.get(1)?, balance: row.get(2)? }))?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

pub(crate) fn digest(db: &Connection) -> Result<Digest, StoreError> {
    Ok(balances(db)?.iter().collect())
}

pub(crate) fn clear_in_tx(tx: &Connection) -> Result<(), StoreError> {
    tx.execute("delete from account", [])?;
    Ok(())
}
