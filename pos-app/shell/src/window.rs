//! The program's one window.

use crate::{options::Options, place::Place};
use tauri::{App, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Wry, plugin::TauriPlugin};
use tauri_plugin_window_state::StateFlags;

/// The window's name, as the capabilities know it.
pub(crate) const LABEL: &str = "till";

const SIZE: (u32, u32) = (1280, 800);
const LEAST: (u32, u32) = (1024, 720);

/// Remembers where and how large the window was, per data folder; not when its size was given.
pub(crate) fn memory(place: &Place, options: &Options) -> Option<TauriPlugin<Wry>> {
    let memory = tauri_plugin_window_state::Builder::new()
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN)
        // The plugin takes a name within its own folder or, as here, a whole path.
        .with_filename(place.window_state().to_string_lossy());
    options.window_size.is_none().then(|| memory.build())
}

/// Opens the window.
pub(crate) fn open(app: &App, place: &Place, options: &Options) -> tauri::Result<WebviewWindow> {
    let (width, height) = options.window_size.unwrap_or(SIZE);
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("Duka")
        .inner_size(f64::from(width), f64::from(height))
        .min_inner_size(f64::from(LEAST.0.min(width)), f64::from(LEAST.1.min(height)))
        // What the screens remember for themselves (the theme, columns of lists) belongs to this till, too.
        .data_directory(place.webview())
        // Nothing but the embedded screens is ever shown.
        .on_navigation(|url| matches!(url.scheme(), "tauri") || url.host_str() == Some("tauri.localhost"))
        .build()
}
