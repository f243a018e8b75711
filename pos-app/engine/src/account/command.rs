//! Moving an amount between two accounts.

use super::{AccountError, store};
use crate::{
    journal::{self, Audience, By},
    platform::{self, StoreError},
    till::Till,
};
use duka_core::{Money, TransferId};
use duka_ledger::{Account, AccountAdjusted, AdjustmentReason, Fact, table::AccountRow};

impl Till {
    /// Debits one account and credits another; a negative amount goes the other way.
    pub fn account_adjust(
        &mut self,
        debit: Account,
        credit: Account,
        amount: Money,
        reason: AdjustmentReason,
        note: &str,
    ) -> Result<TransferId, AccountError> {
        let pen = self.pen()?;
        if amount.is_zero() {
            return Err(AccountError::Zero);
        }
        if amount.currency() != pen.me.currency {
            return Err(AccountError::Currency { books: pen.me.currency, given: amount.currency() });
        }
        if note.chars().count() > 200 {
            return Err(AccountError::Note);
        }
        let id = TransferId::new(pen.now.at, self.settings.entropy.as_ref());
        let fact = Fact::AccountAdjusted(AccountAdjusted {
            id,
            debit,
            credit,
            currency: amount.currency(),
            amount: amount.minor(),
            reason,
            note: note.to_owned(),
        });
        let tx = platform::begin(&mut self.db.connection)?;
        journal::append_in_tx(&tx, &pen, Audience::Shop, By::Operator, &fact, None)?;
        platform::commit(tx)?;
        self.grew();
        Ok(id)
    }

    /// Every balance that is not zero.
    pub fn account_balances(&self) -> Result<Vec<AccountRow>, StoreError> {
        store::balances(&self.db.connection)
    }
}
