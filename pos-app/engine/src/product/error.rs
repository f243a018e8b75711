//! Why a product was not found or saved.

use crate::{journal::JournalError, platform::StoreError};
use duka_api::Problem;
use duka_core::{BarcodeError, Currency, ErrorCode, ProductId};
use duka_records::{ProductFault, RecordError};

/// Why a product was not found or saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProductError {
    /// No such product.
    #[error("No product {0} is known here.")]
    NotFound(ProductId),
    /// A field is not acceptable.
    #[error("This product cannot be saved: {0}.")]
    Fault(#[from] ProductFault),
    /// A barcode is none.
    #[error("This product cannot be saved: {0}.")]
    Barcode(#[from] BarcodeError),
    /// Not the company's currency.
    #[error("Prices of this company are in {company}, not in {given}.")]
    Currency {
        /// The company's.
        company: Currency,
        /// What was given.
        given: Currency,
    },
    /// Another product has the code.
    #[error("The code {code} belongs to “{name}” already. Take it away there first, or use another.")]
    Taken {
        /// The barcode or own code.
        code: String,
        /// Whose it is.
        name: String,
    },
    /// The form did not say what it was begun from.
    #[error("The edit of {0} does not say how the product was before; open it again.")]
    NoBefore(ProductId),
    /// Where a page begins cannot be read.
    #[error("The list cannot go on from ‘{0}’; start it again.")]
    Page(String),
    /// The stored document cannot be read.
    #[error("The product's record cannot be read: {0}")]
    Record(#[from] RecordError),
    /// The journal did not take it.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl From<StoreError> for ProductError {
    fn from(error: StoreError) -> Self {
        Self::Journal(error.into())
    }
}

impl From<ProductError> for Problem {
    fn from(error: ProductError) -> Self {
        let code = match error {
            ProductError::Journal(journal) => return journal.into(),
            ProductError::NotFound(_) => ErrorCode::NotFound,
            ProductError::Barcode(BarcodeError::WrongCheckDigit(_)) => ErrorCode::WrongCheckDigit,
            ProductError::Taken { .. } => ErrorCode::Conflict,
            ProductError::Fault(_)
            | ProductError::Barcode(BarcodeError::NotABarcode(_))
            | ProductError::Currency { .. }
            | ProductError::NoBefore(_)
            | ProductError::Page(_) => ErrorCode::InvalidInput,
            ProductError::Record(_) => ErrorCode::Internal,
        };
        Self::new(code, error.to_string())
    }
}
