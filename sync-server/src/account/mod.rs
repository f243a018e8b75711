//! Where the money is: a shop's balances.

mod changes;
mod error;
mod query;
pub mod routes;
mod store;

pub use changes::Changes;
pub use error::AccountError;
pub use query::digest_in_tx;
pub use store::clear_in_tx;
