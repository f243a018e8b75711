//! Puts the program together, from the first log line to the last.

use crate::{
    commands,
    event::{Event, Tell},
    keys::Keys,
    log,
    options::Options,
    place::Place,
    service::TillService,
    window,
};
use duka_pos::Settings;
use std::{error::Error, process::ExitCode, sync::Arc};
use tauri::{AppHandle, Emitter, Manager, RunEvent};

/// Runs the program until its window is closed.
///
/// # Errors
/// When not even a window can be shown; everything else is told in the window.
pub fn run(options: &Options) -> Result<ExitCode, Box<dyn Error>> {
    let place = Place::prepare(options.data.as_deref())?;
    log::start(&place.logs())?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), database = %place.database().display(), "the till starts");
    let builder = tauri::Builder::default().plugin(tauri_plugin_dialog::init());
    let builder = match window::memory(&place, options) {
        Some(memory) => builder.plugin(memory),
        None => builder,
    };
    let app = builder
        .invoke_handler(commands::handler())
        .setup({
            let options = options.clone();
            move |app| {
                let settings = Settings::system(Arc::new(Keys::of_this_computer(&place.keys())));
                let service = TillService::new(place.clone(), settings, options.trust(), tell(app.handle()));
                app.manage(service.clone());
                app.manage(place.clone());
                // The database opens while the window does.
                std::thread::Builder::new().name("open".to_owned()).spawn(move || service.open())?;
                window::open(app, &place, &options)?;
                Ok(())
            }
        })
        .build(tauri::generate_context!())?;
    let code = app.run_return(|app, event| {
        if let RunEvent::Exit = event {
            app.state::<TillService>().close();
            tracing::info!("the till has ended");
        }
    });
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// Carries events into the window.
fn tell(app: &AppHandle) -> Tell {
    let app = app.clone();
    Arc::new(move |event| {
        let told = match event {
            Event::Status(status) => app.emit("status", status),
            Event::Import(progress) => app.emit("import", progress),
        };
        if let Err(error) = told {
            tracing::warn!(%error, "the window could not be told");
        }
    })
}
