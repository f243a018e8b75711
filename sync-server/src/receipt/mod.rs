//! Receipts of sales and refunds.

mod changes;
mod digest;
mod error;
mod query;
pub mod routes;
mod store;

pub use changes::Changes;
pub use digest::digests_in_tx;
pub use error::ReceiptError;
pub use store::clear_in_tx;
