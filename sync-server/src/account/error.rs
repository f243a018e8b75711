//! What can go wrong with accounts.

use crate::{company::CompanyError, platform::db::DbError};

/// See each variant.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The company or shop.
    #[error(transparent)]
    Company(#[from] CompanyError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}
