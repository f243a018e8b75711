//! Receipts of sales and refunds.

mod error;
mod query;
pub mod routes;
mod store;

pub use error::ReceiptError;
pub use query::held;
