//! What facts do to the balances.

use super::store;
use crate::platform::db::{DbError, Tx};
use duka_core::{CompanyId, Currency, ShopId, Sum, SumError};
use duka_ledger::{Account, Fact, postings};
use std::collections::BTreeMap;

/// What to add to the balances, gathered from many facts; sorted, so that nobody waits for another's rows in a circle.
#[derive(Default)]
pub struct Changes(BTreeMap<(ShopId, Account, Currency), Sum>);

impl Changes {
    /// Takes a fact of a shop's log.
    pub fn add(&mut self, shop: ShopId, fact: &Fact) -> Result<(), SumError> {
        for posting in postings(fact) {
            let balance = self.0.entry((shop, posting.account, posting.currency)).or_default();
            *balance = balance.checked_add(posting.amount.into())?;
        }
        Ok(())
    }

    /// Makes the table follow.
    pub async fn write_in_tx(self, tx: &mut Tx, company: CompanyId) -> Result<(), DbError> {
        store::add_balances(tx, company, self.0).await
    }
}
