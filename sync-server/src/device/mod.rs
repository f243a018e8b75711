//! Devices of a company: how they are admitted, what they may be trusted with, and their keys.

mod code;
mod command;
mod error;
mod guess;
mod query;
pub mod routes;
mod store;

pub use command::{admit_in_tx, create_code, enrol, quarantine_in_tx};
pub use error::DeviceError;
pub use guess::Guesses;
pub use query::{Device, find};

/// How a device stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The company's server.
    Server,
    /// May write.
    Active,
    /// Its log forked; a person decides (I3).
    Quarantined,
}

impl State {
    const fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Active => "active",
            Self::Quarantined => "quarantined",
        }
    }

    fn parse(text: &str) -> Self {
        match text {
            "server" => Self::Server,
            "active" => Self::Active,
            // Whatever else stands there is no reason to trust.
            _ => Self::Quarantined,
        }
    }
}
