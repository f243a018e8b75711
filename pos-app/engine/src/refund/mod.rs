//! Giving money back, for lines of a receipt or for goods without one.

mod command;
mod error;

pub(crate) use command::complete;
pub use error::RefundError;
