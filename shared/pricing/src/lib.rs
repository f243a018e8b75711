//! The one money engine: till, server and reports price with this and nothing else.
//!
//! All arithmetic is on whole minor units; every rounding is half away from zero and happens once, at the line.
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

mod basket;
mod refund;
mod rounding;
mod tender;

pub use basket::{Discount, Line, PriceError, Priced, PricedLine, TaxShare, price};
pub use refund::{RefundError, RefundShare, Refundable, gross_of_part, left_of, refund_share};
pub use tender::{TenderError, change_due, quick_tenders};
