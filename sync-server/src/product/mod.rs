//! Products: edited here by API and at the tills offline; both edits travel as facts and are merged.

mod command;
mod error;
mod import;
mod jobs;
mod merge;
mod query;
pub mod routes;
mod store;

pub use command::{create, edit};
pub use error::ProductError;
pub use jobs::Imports;
pub use merge::{compare_in_tx, merge_in_tx, remake_in_tx};
pub use query::{find, names_in_tx};
