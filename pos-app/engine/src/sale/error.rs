//! Why a sale was not completed. The basket is as it was.

use crate::{basket::BasketError, journal::JournalError, platform::StoreError};
use duka_api::Problem;
use duka_core::{ErrorCode, Money, MoneyError, ReceiptId};
use duka_pricing::{PriceError, TenderError};

/// Why a sale was not completed. The basket is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SaleError {
    /// No shift is open.
    #[error("No shift is open at this register. Open one, then complete the sale; the basket stays.")]
    NoShift,
    /// Nothing to sell.
    #[error("The basket is empty; scan something first.")]
    Empty,
    /// The basket was changed since its total was shown.
    #[error("The basket comes to {gross} now, not to {shown} as was shown. Nothing was paid; look at it and take the money again.")]
    Changed {
        /// What the cashier saw.
        shown: Money,
        /// What it comes to.
        gross: Money,
    },
    /// Too little cash.
    #[error("The sale is not paid: {0}.")]
    Tender(#[from] TenderError),
    /// The id belongs to something else.
    #[error("Receipt {0} was used for something else already. Nothing was sold; look at the basket and try again.")]
    Conflict(ReceiptId),
    /// Its lines cannot be sold.
    #[error(transparent)]
    Basket(#[from] BasketError),
    /// The journal did not take it.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl From<StoreError> for SaleError {
    fn from(error: StoreError) -> Self {
        Self::Journal(error.into())
    }
}

impl From<PriceError> for SaleError {
    fn from(error: PriceError) -> Self {
        Self::Basket(error.into())
    }
}

impl From<MoneyError> for SaleError {
    fn from(error: MoneyError) -> Self {
        Self::Basket(error.into())
    }
}

impl From<SaleError> for Problem {
    fn from(error: SaleError) -> Self {
        let code = match error {
            SaleError::Basket(basket) => return basket.into(),
            SaleError::Journal(journal) => return journal.into(),
            SaleError::NoShift => ErrorCode::NoShift,
            SaleError::Empty => ErrorCode::EmptyBasket,
            SaleError::Tender(TenderError::TooLow { .. }) => ErrorCode::TenderTooLow,
            SaleError::Tender(TenderError::Money(_)) => ErrorCode::InvalidInput,
            SaleError::Changed { .. } | SaleError::Conflict(_) => ErrorCode::Conflict,
        };
        Self::new(code, error.to_string())
    }
}
