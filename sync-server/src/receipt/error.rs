//! What can go wrong with receipts.

use crate::{
    company::CompanyError,
    platform::{db::DbError, http::Fault},
};
use duka_core::{ErrorCode, ReceiptId};

/// See each variant.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// No such receipt in the shop.
    #[error("the shop has no receipt {0}")]
    NoReceipt(ReceiptId),
    /// The text that says where a page begins is not one of ours.
    #[error("'{0}' is not where a page begins; take 'next' of the page before")]
    Page(String),
    /// The company or shop.
    #[error(transparent)]
    Company(#[from] CompanyError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<ReceiptError> for Fault {
    fn from(fault: ReceiptError) -> Self {
        match fault {
            ReceiptError::NoReceipt(_) => Self::told(ErrorCode::NotFound, &fault),
            ReceiptError::Page(_) => Self::told(ErrorCode::InvalidInput, &fault),
            ReceiptError::Company(fault) => fault.into(),
            ReceiptError::Db(fault) => fault.into(),
        }
    }
}
