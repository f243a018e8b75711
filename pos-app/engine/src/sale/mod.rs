//! Selling: from a priced basket to a receipt that is on disk.

mod command;
mod error;

pub use command::SaleLineInput;
pub(crate) use command::{paid, pay, receipt_lines, sell};
pub use error::SaleError;
