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

use crate::backend;
use leptos::task::spawn_local;

/// Shows the folder with the program's log.
pub fn open_logs() {
    spawn_local(async move {
        // Where no file manager opens there is nothing to show; the engine logs why.
        let _no_file_manager = backend::open_log_folder().await;
    });
}
