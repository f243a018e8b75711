//! From facts to tables: each noun keeps its own, this only deals the facts out.

use super::JournalError;
use crate::{
    catalogue::{self, CatalogueError},
    inventory,
    platform::db::{DbError, Tx},
    sales,
};
use duka_core::CompanyId;
use duka_ledger::{Fact, Scope, SealedEntry};

/// What a row of facts does to the tables.
#[derive(Default)]
pub(super) struct Fold {
    sales: sales::Changes,
    stock: inventory::Changes,
    records: catalogue::Changes,
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
    pub(super) fn add(&mut self, sealed: &SealedEntry, fact: &Fact) {
        if let Scope::Shop(shop) = sealed.entry().log.scope {
            self.sales.add(shop, sealed.local_time(), sealed.entry().operator, fact);
            self.stock.add(shop, fact);
        }
        self.records.add(fact);
    }

    /// Makes the tables follow.
    pub(super) async fn write_in_tx(self, tx: &mut Tx, company: CompanyId) -> Result<(), FoldError> {
        match self.sales.write_in_tx(tx, company).await {
            Err(fault) if fault.is_duplicate() => {
                return Err(FoldError::Refused("a receipt with this id or number is there already".to_owned()));
            }
            written => written?,
        }
        self.stock.write_in_tx(tx, company).await?;
        match self.records.write_in_tx(tx, company).await {
            Err(CatalogueError::Record(detail)) => Err(FoldError::Refused(detail)),
            Err(CatalogueError::Db(fault)) => Err(fault.into()),
            Err(fault) => Err(FoldError::Refused(fault.to_string())),
            Ok(()) => Ok(()),
        }
    }
}

/// Empties every table of a company that follows from facts.
pub(super) async fn clear_in_tx(tx: &mut Tx, company: CompanyId) -> Result<(), DbError> {
    sales::clear_in_tx(tx, company).await?;
    inventory::clear_in_tx(tx, company).await?;
    catalogue::clear_in_tx(tx, company).await
}
