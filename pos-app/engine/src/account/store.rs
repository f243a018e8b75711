//! The table `account`.

use crate::{platform::StoreError, tables};
use duka_ledger::AccountRow;
use rusqlite::Connection;

/// All balances that are not zero.
pub(crate) fn balances(db: &Connection) -> Result<Vec<AccountRow>, StoreError> {
    tables::select(db, "where balance <> 0 order by account, currency", [])
}
