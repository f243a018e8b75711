//! Why the basket stayed as it was.

use super::MAX_LINES;
use crate::{journal::JournalError, platform::StoreError};
use duka_api::Problem;
use duka_core::{ErrorCode, MoneyError, ProductId, Unit, limit};
use duka_pricing::PriceError;

/// Why the basket stayed as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BasketError {
    /// No such product.
    #[error("No product {0} is known here.")]
    NotFound(ProductId),
    /// Not sold any more.
    #[error("“{0}” is not sold any more. A manager can make it active again in the products list.")]
    Inactive(String),
    /// No such line.
    #[error("The basket has no line {0}.")]
    NoLine(u32),
    /// Of another unit than the product.
    #[error("This product is counted in {product:?}, not in {given:?}.")]
    Unit {
        /// The product's.
        product: Unit,
        /// What was given.
        given: Unit,
    },
    /// Cannot be priced.
    #[error("That cannot be sold: {0}.")]
    Price(#[from] PriceError),
    /// Too much text.
    #[error("The note has more than {most} characters; shorten it.", most = limit::NOTE)]
    Note,
    /// Too many lines.
    #[error(
        "The basket is full: one receipt holds at most {MAX_LINES} lines, fewer with long names. Complete this sale and begin another."
    )]
    Full,
    /// There is no shift to give it up in.
    #[error("No shift is open at this register. Open one first.")]
    NoShift,
    /// The journal did not take it.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl From<StoreError> for BasketError {
    fn from(error: StoreError) -> Self {
        Self::Journal(error.into())
    }
}

impl From<MoneyError> for BasketError {
    fn from(error: MoneyError) -> Self {
        Self::Price(error.into())
    }
}

impl From<BasketError> for Problem {
    fn from(error: BasketError) -> Self {
        let code = match error {
            BasketError::Journal(journal) => return journal.into(),
            BasketError::NotFound(_) | BasketError::NoLine(_) => ErrorCode::NotFound,
            BasketError::Inactive(_) => ErrorCode::Conflict,
            BasketError::Unit { .. } | BasketError::Price(_) | BasketError::Note => ErrorCode::InvalidInput,
            BasketError::Full => ErrorCode::TooLarge,
            BasketError::NoShift => ErrorCode::NoShift,
        };
        Self::new(code, error.to_string())
    }
}
