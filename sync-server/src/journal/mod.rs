//! The journal: logs, entries and signed heads, what is let in, and the tables that follow from it.

mod append;
mod digest;
mod error;
mod fold;
mod outgoing;
mod pending;
mod quarantine;
mod rebuild;
pub mod routes;
mod rules;
mod store;
mod take;

pub use append::append_in_tx;
pub use digest::{digests, digests_in_tx};
pub use error::JournalError;
pub use outgoing::{Outgoing, outgoing_in_tx};
pub use pending::project_pending;
pub use quarantine::diverged;
pub use rebuild::rebuild;
pub use take::take;
