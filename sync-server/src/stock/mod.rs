//! What is in the shops, by the books.

mod changes;
mod error;
mod query;
pub mod routes;
mod store;

pub use changes::Changes;
pub use error::StockError;
pub use query::digest_in_tx;
pub use store::clear_in_tx;
