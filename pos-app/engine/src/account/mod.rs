//! Balances of accounts, and moving amounts between them.

mod command;
mod error;
mod store;

pub use error::AccountError;
pub(crate) use store::{clear_in_tx, digest, post_in_tx};
