//! What is in the shops, by the books.

mod error;
mod query;
pub mod routes;
mod store;

pub use error::StockError;
