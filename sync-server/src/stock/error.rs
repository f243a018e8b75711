//! What can go wrong with stock.

use crate::{company::CompanyError, platform::db::DbError, product::ProductError};

/// See each variant.
#[derive(Debug, thiserror::Error)]
pub enum StockError {
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
