//! Balances of accounts, and moving amounts between them.

mod command;
mod error;
mod store;

pub(crate) use command::adjust;
pub use error::AccountError;
pub(crate) use store::balances;
