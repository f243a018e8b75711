//! What is read of table account.

use crate::platform::{
    db::{Db, DbError},
    table::{read, select},
};
use duka_core::{CompanyId, ShopId};
use duka_ledger::AccountRow;

/// A shop's balances that are not zero: one per register, rate and few more, so they need no page.
pub(super) async fn balances(db: &Db, company: CompanyId, shop: ShopId) -> Result<Vec<AccountRow>, DbError> {
    let sql = select::<AccountRow>() + " WHERE company = $1 AND shop = $2 AND balance <> 0 ORDER BY account, currency";
    read(db.query_made(sql).bind(company.uuid()).bind(shop.uuid())).await
}
