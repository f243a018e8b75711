//! What facts do to the stock.

use super::store;
use crate::platform::db::{DbError, Tx};
use duka_core::{CompanyId, ProductId, ShopId, Sum, SumError};
use duka_ledger::{Fact, stock_moves};
use std::collections::BTreeMap;

/// What to add to the stock, gathered from many facts; sorted, so that nobody waits for another's rows in a circle.
#[derive(Default)]
pub struct Changes(BTreeMap<(ShopId, ProductId), Sum>);

impl Changes {
    /// Takes a fact of a shop's log.
    pub fn add(&mut self, shop: ShopId, fact: &Fact) -> Result<(), SumError> {
        for moved in stock_moves(fact) {
            let stock = self.0.entry((shop, moved.product)).or_default();
            *stock = stock.checked_add(moved.quantity.thousandths().into())?;
        }
        Ok(())
    }

    /// Makes the table follow.
    pub async fn write_in_tx(self, tx: &mut Tx, company: CompanyId) -> Result<(), DbError> {
        let rows: Vec<_> = self.0.into_iter().filter(|(_, moved)| !moved.is_zero()).collect();
        store::add(tx, company, &rows).await
    }
}
