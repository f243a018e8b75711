//! What can go wrong with receipts.

use crate::{
    company::CompanyError,
    platform::{
        db::DbError,
        http::{Fault, NotAPlace},
    },
};
use duka_core::{ErrorCode, ReceiptId};

/// See each variant.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// No such receipt in the shop.
    #[error("the shop has no receipt {0}")]
    NoReceipt(ReceiptId),
    /// A page begins nowhere there.
    #[error(transparent)]
    Page(#[from] NotAPlace),
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
            ReceiptError::Page(fault) => fault.into(),
            ReceiptError::Company(fault) => fault.into(),
            ReceiptError::Db(fault) => fault.into(),
        }
    }
}
