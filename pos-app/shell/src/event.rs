//! What the screens are told without asking.

use duka_api::till::{ImportProgress, Status};
use std::sync::Arc;

/// An event for the window.
#[derive(Clone, Debug)]
pub enum Event {
    /// Link, printer or counts changed; the window's event `status`.
    Status(Box<Status>),
    /// An import got on; the window's event `import`.
    Import(ImportProgress),
}

/// Tells the window; called on any thread, never blocks.
pub type Tell = Arc<dyn Fn(Event) + Send + Sync>;
