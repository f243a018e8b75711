//! Puts the program together, from the first log line to the last.

use crate::{log, options::Options, place::Place, window};
use std::{error::Error, process::ExitCode};
use tauri::{Manager, RunEvent};

/// Runs the program until its window is closed.
///
/// # Errors
/// When not even a window can be shown; everything else is told in the window.
pub fn run(options: &Options) -> Result<ExitCode, Box<dyn Error>> {
    let place = Place::prepare(options.data.as_deref())?;
    log::start(&place.logs())?;
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .plugin(window::memory(&place, options))
        .setup({
            let (place, options) = (place.clone(), options.clone());
            move |app| {
                window::open(app, &place, &options)?;
                Ok(())
            }
        })
        .build(tauri::generate_context!())?;
    let code = app.run_return(|_, event| {
        if let RunEvent::Exit = event {}
    });
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}
