//! From facts to tables: each noun keeps its own, this only deals the facts out.

use super::JournalError;
use crate::{
    inventory,
    platform::db::{DbError, Tx},
    product::{self, ProductError},
    sales,
};
use duka_core::CompanyId;
use duka_ledger::{Fact, Scope, SealedEntry};

/// What a row of facts does to the tables.
#[derive(Default)]
pub(super) struct Fold {
    accounts: account::Changes,
    receipts: receipt::Changes,
    shifts: shift::Changes,
    stock: stock::Changes,
    records: product::Changes,
}

/// Why the tables cannot follow.
pub(super) enum FoldError {
    /// A fact says what cannot be.
    Refused(String),
    /// The database.
    Db(DbError),
}

impl From<DbError> for FoldError {
    fn from(fault: DbError) -> Self {
        Self::Db(fault)
    }
}

impl From<FoldError> for JournalError {
    fn from(fault: FoldError) -> Self {
        match fault {
            FoldError::Refused(detail) => Self::Projection(detail),
            FoldError::Db(fault) => Self::Db(fault),
        }
    }
}

impl Fold {
    /// Takes the next fact.
    pub(super) fn add(&mut self, sealed: &SealedEntry, fact: &Fact) -> Result<(), FoldError> {
        if let Scope::Shop(shop) = sealed.entry().log.scope {
            self.accounts.add(shop, fact).map_err(|fault| FoldError::Refused(fault.to_string()))?;
            self.receipts.add(shop, sealed.local_time(), sealed.entry().operator, fact);
            self.shifts.add(shop, sealed.local_time().at, fact);
            self.stock.add(shop, fact).map_err(|fault| FoldError::Refused(fault.to_string()))?;
        }
        self.records.add(fact);
        Ok(())
    }

    /// Makes the tables follow.
    pub(super) async fn write_in_tx(self, tx: &mut Tx, company: CompanyId) -> Result<(), FoldError> {
        match self.receipts.write_in_tx(tx, company).await {
            Err(fault) if fault.is_duplicate() => {
                return Err(FoldError::Refused("a receipt with this id or number is there already".to_owned()));
            }
            written => written?,
        }
        self.shifts.write_in_tx(tx, company).await?;
        self.accounts.write_in_tx(tx, company).await?;
        self.stock.write_in_tx(tx, company).await?;
        match self.records.write_in_tx(tx, company).await {
            Err(ProductError::Record(detail)) => Err(FoldError::Refused(detail)),
            Err(ProductError::Db(fault)) => Err(fault.into()),
            Err(fault) => Err(FoldError::Refused(fault.to_string())),
            Ok(()) => Ok(()),
        }
    }
}

/// Empties every table of a company that follows from facts.
pub(super) async fn clear_in_tx(tx: &mut Tx, company: CompanyId) -> Result<(), DbError> {
    account::clear_in_tx(tx, company).await?;
    receipt::clear_in_tx(tx, company).await?;
    shift::clear_in_tx(tx, company).await?;
    stock::clear_in_tx(tx, company).await?;
    product::clear_in_tx(tx, company).await
}
