//! What can go wrong with stock.

use crate::{
    company::CompanyError,
    platform::{db::DbError, http::Fault},
    product::ProductError,
};
use duka_core::ErrorCode;

/// See each variant.
#[derive(Debug, thiserror::Error)]
pub enum StockError {
    /// The text that says where a page begins is not one of ours.
    #[error("'{0}' is not where a page begins; take 'next' of the page before")]
    Page(String),
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
            StockError::Page(_) => Self::told(ErrorCode::InvalidInput, &fault),
            StockError::Company(fault) => fault.into(),
            StockError::Product(fault) => fault.into(),
            StockError::Db(fault) => fault.into(),
        }
    }
}
