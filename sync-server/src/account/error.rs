//! What can go wrong with accounts.

use crate::{
    company::CompanyError,
    platform::{db::DbError, http::Fault},
};

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

impl From<AccountError> for Fault {
    fn from(fault: AccountError) -> Self {
        match fault {
            AccountError::Company(fault) => fault.into(),
            AccountError::Db(fault) => fault.into(),
        }
    }
}
