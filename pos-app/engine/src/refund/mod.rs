//! Giving money back, for lines of a receipt or for goods without one.

mod command;
mod error;

pub use error::RefundError;
