//! The link and the printer.

use super::at_desk;
use crate::desk::Desk;
use duka_api::{
    Problem,
    till::{Link, Printer, PrinterSettings},
};
use tauri::State;

#[tauri::command]
pub(super) async fn sync_now(desk: State<'_, Desk>) -> Result<Link, Problem> {
    at_desk(&desk, Desk::sync_now).await
}

#[tauri::command]
pub(super) async fn printer_set(desk: State<'_, Desk>, input: PrinterSettings) -> Result<Printer, Problem> {
    at_desk(&desk, move |desk| desk.set_printer(input)).await
}
