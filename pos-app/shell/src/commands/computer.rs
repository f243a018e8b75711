//! What only the computer can do: choose a file, show a folder.

use super::at_service;
use crate::{place::Place, service::TillService};
use duka_api::Problem;
use duka_core::ErrorCode;
use tauri::{AppHandle, State};
use tauri_plugin_dialog::DialogExt;

/// Lets the person choose a CSV file, or a backup while the till is shut; none when nothing was chosen.
#[tauri::command]
pub(super) async fn pick_file(app: AppHandle, service: State<'_, TillService>) -> Result<Option<String>, Problem> {
    at_service(&service, move |service| {
        let dialog = app.dialog().file();
        let dialog = if service.engine().is_ok() { dialog.add_filter("CSV", &["csv", "txt"]) } else { dialog };
        let picked = dialog.blocking_pick_file();
        Ok(picked.and_then(|file| file.into_path().ok()).map(|path| path.to_string_lossy().into_owned()))
    })
    .await
}

/// Shows the technician the folder of the log files.
#[tauri::command]
pub(super) async fn open_log_folder(place: State<'_, Place>, service: State<'_, TillService>) -> Result<(), Problem> {
    let folder = place.logs();
    at_service(&service, move |_| {
        opener::open(&folder).map_err(|fault| {
            let detail = format!("The folder could not be shown ({fault}). It is {}.", folder.display());
            Problem::new(ErrorCode::Internal, detail)
        })
    })
    .await
}
