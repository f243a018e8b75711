//! Devices of a company: how they are admitted, what they may be trusted with, and their keys.

mod command;
mod counter;
mod error;
mod guess;
mod query;
pub mod routes;
mod standing;
mod store;
mod succession;

pub use command::{create_code, enrol};
pub use counter::use_counter;
pub use error::DeviceError;
pub use guess::Guesses;
pub use query::{Device, devices, find, find_in_tx};
pub use standing::{quarantine_in_tx, release, revoke};
pub use succession::succeed;
