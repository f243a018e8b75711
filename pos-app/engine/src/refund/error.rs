//! Why nothing was refunded.

use crate::{basket::BasketError, journal::JournalError, platform::StoreError};
use duka_api::Problem;
use duka_core::{ErrorCode, MoneyError, ReceiptId, limit};
use duka_pricing::PriceError;

/// Why nothing was refunded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefundError {
    /// No shift is open.
    #[error("No shift is open at this register. Open one, then refund.")]
    NoShift,
    /// No such receipt.
    #[error("Receipt {0} is not known at this till. Wait until it has exchanged with the server, or refund without a receipt.")]
    NotFound(ReceiptId),
    /// It is a refund itself.
    #[error("{0} is a refund; only a sale can be refunded.")]
    OfRefund(String),
    /// No such line on it.
    #[error("{number} has no line {line}.")]
    NoLine {
        /// The receipt's number.
        number: String,
        /// The line.
        line: u32,
    },
    /// Named twice in one refund.
    #[error("Line {0} is named twice; give its whole quantity once.")]
    Twice(u32),
    /// More than is left.
    #[error("“{name}” on {number} cannot be refunded so: {detail}.")]
    AlreadyRefunded {
        /// The receipt's number.
        number: String,
        /// The product's name.
        name: String,
        /// How much is left.
        detail: String,
    },
    /// Zero, below zero, or of another unit.
    #[error("“{name}” cannot be refunded so: {detail}.")]
    Quantity {
        /// The product's name.
        name: String,
        /// What is wrong.
        detail: String,
    },
    /// No lines.
    #[error("Nothing was chosen to refund.")]
    Empty,
    /// Goods without a receipt need a reason.
    #[error("A refund without a receipt needs a reason; write one.")]
    ReasonNeeded,
    /// Too much text.
    #[error("The reason has more than {most} characters; shorten it.", most = limit::NOTE)]
    Reason,
    /// The id belongs to something else.
    #[error("Refund {0} was used for something else already. Nothing was refunded; begin the refund again.")]
    Conflict(ReceiptId),
    /// Its lines cannot be priced, or a product is not known.
    #[error(transparent)]
    Basket(#[from] BasketError),
    /// The journal did not take it.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl From<StoreError> for RefundError {
    fn from(error: StoreError) -> Self {
        Self::Journal(error.into())
    }
}

impl From<PriceError> for RefundError {
    fn from(error: PriceError) -> Self {
        Self::Basket(error.into())
    }
}

impl From<MoneyError> for RefundError {
    fn from(error: MoneyError) -> Self {
        Self::Basket(error.into())
    }
}

impl From<RefundError> for Problem {
    fn from(error: RefundError) -> Self {
        let code = match error {
            RefundError::Basket(basket) => return basket.into(),
            RefundError::Journal(journal) => return journal.into(),
            RefundError::NoShift => ErrorCode::NoShift,
            RefundError::NotFound(_) | RefundError::NoLine { .. } => ErrorCode::NotFound,
            RefundError::OfRefund(_) | RefundError::Conflict(_) => ErrorCode::Conflict,
            RefundError::AlreadyRefunded { .. } => ErrorCode::AlreadyRefunded,
            RefundError::Twice(_) | RefundError::Quantity { .. } | RefundError::Empty | RefundError::ReasonNeeded | RefundError::Reason => {
                ErrorCode::InvalidInput
            }
        };
        Self::new(code, error.to_string())
    }
}
