//! This device: setting it up for a company, how it is set, and what it is.

mod about;
mod code;
mod enrol;
mod language;
mod settings;

pub use enrol::Enrol;
pub use settings::Settings;
