//! The link and the printer.

use super::{at_desk, at_till};
use crate::desk::Desk;
use duka_api::{
    Problem,
    till::{Link, PrintDecision, Printer, PrinterSettings, StuckPrint},
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

#[tauri::command]
pub(super) async fn print_stuck(desk: State<'_, Desk>) -> Result<Vec<StuckPrint>, Problem> {
    at_till(&desk, |till| till.print_stuck()).await
}

#[tauri::command]
pub(super) async fn print_decide(desk: State<'_, Desk>, input: PrintDecision) -> Result<Vec<StuckPrint>, Problem> {
    at_desk(&desk, move |desk| desk.decide_print(input)).await
}
