//! What can go wrong with stock.

use crate::{catalogue::CatalogueError, company::CompanyError, platform::db::DbError};

/// See each variant.
#[derive(Debug, thiserror::Error)]
pub enum InventoryError {
    /// The company or shop.
    #[error(transparent)]
    Company(#[from] CompanyError),
    /// The products that the stock is of.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}
