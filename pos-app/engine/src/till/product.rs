//! Products, their stock, and accounts.

use super::Till;
use crate::{
    account::{self, AccountError},
    product::{self, ProductError},
    stock::{self, StockError},
};
use duka_api::till::{AdjustStock, Product, SaveProduct};
use duka_core::{Money, TransferId};
use duka_ledger::{Account, AdjustmentReason};

impl Till {
    /// Makes a product, or changes those fields of one that differ from how they were when editing began.
    pub fn product_save(&mut self, save: &SaveProduct) -> Result<Product, ProductError> {
        let id = self.commit(|books| product::save(books, save))?;
        let db = self.writer.reading();
        let found = product::find(db, id)?.ok_or(ProductError::NotFound(id))?;
        Ok(product::view(db, &found)?)
    }

    /// Adds to or takes from a product's stock, with a reason.
    pub fn stock_adjust(&mut self, adjust: &AdjustStock) -> Result<Product, StockError> {
        let found = product::find(self.writer.reading(), adjust.product)?.ok_or(StockError::NotFound(adjust.product))?;
        self.commit(|books| stock::adjust(books, adjust, found.product.unit))?;
        Ok(product::view(self.writer.reading(), &found)?)
    }

    /// Debits one account and credits another; a negative amount goes the other way.
    pub fn account_adjust(
        &mut self,
        debit: Account,
        credit: Account,
        amount: Money,
        reason: AdjustmentReason,
        note: &str,
    ) -> Result<TransferId, AccountError> {
        self.commit(|books| account::adjust(books, (debit, credit), amount, reason, note))
    }
}
