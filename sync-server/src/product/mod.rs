//! Products: edited here by API and at the tills offline; both edits travel as facts and are merged.

mod changes;
mod command;
mod error;
mod import;
mod jobs;
mod query;
pub mod routes;
mod store;

pub use changes::Changes;
pub use command::{create, edit};
pub use error::ProductError;
pub use jobs::Imports;
pub use query::{digest_in_tx, find, names_in_tx};
pub use store::clear_in_tx;
