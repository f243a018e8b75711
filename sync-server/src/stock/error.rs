//! What can go wrong with stock.

use crate::{
    company::CompanyError,
    platform::{
        db::DbError,
        http::{Fault, NotAPlace},
    },
    product::ProductError,
};

/// See each variant.
#[derive(Debug, thiserror::Error)]
pub enum StockError {
    /// A page begins nowhere there.
    #[error(transparent)]
    Page(#[from] NotAPlace),
    /// The company or shop.
    #[error(transparent)]
    Company(#[from] CompanyError),
    /// The products that the stock is of.
    #[error(transparent)]
    Product(#[from] ProductError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<StockError> for Fault {
    fn from(fault: StockError) -> Self {
        match fault {
            StockError::Page(fault) => fault.into(),
            StockError::Company(fault) => fault.into(),
            StockError::Product(fault) => fault.into(),
            StockError::Db(fault) => fault.into(),
        }
    }
}
