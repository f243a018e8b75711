//! Where the money is: a shop's balances.

mod error;
mod query;
pub mod routes;
mod store;

pub use error::AccountError;
