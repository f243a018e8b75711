//! This device: setting it up for a company, how it is set, and what it is.

mod about;
mod again;
mod code;
mod enrol;
mod language;
mod settings;

pub use again::SetUpAgainSheet;
pub use enrol::Enrol;
pub use settings::Settings;
