//! What can go wrong with products.

use crate::{
    company::CompanyError,
    journal::JournalError,
    platform::{
        db::DbError,
        http::{Fault, NotAPlace},
    },
};
use duka_core::{BarcodeError, Currency, ErrorCode, MoneyError, ProductId};
use duka_records::{ProductFault, csv::NumberQuestion};

/// See each variant.
#[derive(Debug, thiserror::Error)]
pub enum ProductError {
    /// No such product of the company.
    #[error("the company has no product {0}")]
    NoProduct(ProductId),
    /// The id is another product's.
    #[error("the product {0} is there already, with other fields; edit it instead")]
    Exists(ProductId),
    /// The code or barcode is another product's.
    #[error("the code '{code}' belongs to the product {product} already")]
    CodeTaken {
        /// The code or barcode.
        code: String,
        /// Whose it is.
        product: ProductId,
    },
    /// A field is not acceptable.
    #[error(transparent)]
    Product(#[from] ProductFault),
    /// A barcode is not one.
    #[error(transparent)]
    Barcode(#[from] BarcodeError),
    /// A price is out of range.
    #[error(transparent)]
    Price(#[from] MoneyError),
    /// A price of another currency than the company's.
    #[error("prices of this company are in {0}")]
    Currency(Currency),
    /// A field is out of range.
    #[error("{0}")]
    Record(String),
    /// A stored document cannot be read.
    #[error("a product's stored document is damaged: {0}")]
    Damaged(String),
    /// A file's numbers can be read in two ways.
    #[error("row {row}, {column}: {0} Import the file again with number_form=point or number_form=comma", row = .0.row, column = .0.column)]
    AskNumberForm(NumberQuestion),
    /// No such import, or it ended long ago.
    #[error("there is no import {0}; imports are remembered until the server stops, the last 100 of them")]
    NoImport(String),
    /// Too many imports at once.
    #[error("{0} imports are running; wait until one of them is done")]
    ImportsRunning(usize),
    /// A page begins nowhere there.
    #[error(transparent)]
    Page(#[from] NotAPlace),
    /// The company.
    #[error(transparent)]
    Company(#[from] CompanyError),
    /// The company's log cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<ProductError> for Fault {
    fn from(fault: ProductError) -> Self {
        match fault {
            ProductError::NoProduct(_) | ProductError::NoImport(_) => Self::told(ErrorCode::NotFound, &fault),
            ProductError::Exists(_) | ProductError::CodeTaken { .. } => Self::told(ErrorCode::Conflict, &fault),
            ProductError::Barcode(BarcodeError::WrongCheckDigit(_)) => Self::told(ErrorCode::WrongCheckDigit, &fault),
            ProductError::Product(_)
            | ProductError::Barcode(_)
            | ProductError::Price(_)
            | ProductError::Currency(_)
            | ProductError::Record(_) => Self::told(ErrorCode::InvalidInput, &fault),
            ProductError::AskNumberForm(_) => Self::told(ErrorCode::AmbiguousNumber, &fault),
            ProductError::ImportsRunning(_) => Self::told(ErrorCode::TooMany, &fault),
            ProductError::Damaged(_) => Self::internal(&fault),
            ProductError::Page(fault) => fault.into(),
            ProductError::Company(fault) => fault.into(),
            ProductError::Journal(fault) => fault.into(),
            ProductError::Db(fault) => fault.into(),
        }
    }
}
