//! The words every other crate speaks: typed ids, [`Money`], [`Quantity`], [`Timestamp`] and the closed [`ErrorCode`].
//!
//! Nothing here reads a clock, draws randomness or touches the outside: both arrive as arguments ([`Clock`], [`Entropy`]).
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::float_arithmetic,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_possible_wrap
    )
)]

mod barcode;
mod enrol_code;
mod error_code;
mod ids;
mod language;
pub mod limit;
mod money;
mod number;
pub mod planted;
mod quantity;
mod tax;
mod time;

pub use barcode::{Barcode, BarcodeError};
pub use enrol_code::{EnrolCode, EnrolCodeError, OneTimeCode};
pub use error_code::ErrorCode;
pub use ids::{
    CompanyId, DeviceId, Entropy, OperatorId, PrintJobId, ProductId, ReceiptId, RecordId, RegisterId, ShiftId, ShopId, StockMoveId,
    TransferId,
};
pub use language::{Language, LanguageError};
pub use money::{Currency, Money, MoneyError};
pub use number::{NumberForm, is_around as is_around_a_number};
pub use quantity::{Quantity, QuantityError, Unit};
pub use tax::{TaxRate, TaxRateError};
pub use time::{Clock, LocalTime, Timestamp};
