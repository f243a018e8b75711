//! Sales and refunds, shifts and accounts: the tables that follow from a shop's facts.

mod changes;
mod digest;
mod error;
mod query;
pub mod routes;
mod store;

pub use changes::Changes;
pub use digest::digests_in_tx;
pub use error::SalesError;
pub use store::clear_in_tx;
