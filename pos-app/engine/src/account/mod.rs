//! Balances of accounts, and moving amounts between them.

mod command;
mod error;
mod query;

pub(crate) use command::adjust;
pub use error::AccountError;
pub(crate) use query::balances;
