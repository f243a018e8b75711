//! The journal as others see it, the link and the printer.

use super::{at_reader, at_service};
use crate::service::TillService;
use duka_api::{
    Problem,
    till::{Aside, Link, PrintDecision, Printer, PrinterSettings, StuckPrint},
};
use duka_pos::Reader;
use tauri::State;

#[tauri::command]
pub(super) async fn journal_aside(service: State<'_, TillService>) -> Result<Aside, Problem> {
    at_reader(&service, Reader::set_aside).await
}

#[tauri::command]
pub(super) async fn sync_now(service: State<'_, TillService>) -> Result<Link, Problem> {
    at_service(&service, TillService::sync_now).await
}

#[tauri::command]
pub(super) async fn printer_set(service: State<'_, TillService>, input: PrinterSettings) -> Result<Printer, Problem> {
    at_service(&service, move |service| service.set_printer(input)).await
}

#[tauri::command]
pub(super) async fn print_stuck(service: State<'_, TillService>) -> Result<Vec<StuckPrint>, Problem> {
    at_reader(&service, Reader::print_stuck).await
}

#[tauri::command]
pub(super) async fn print_decide(service: State<'_, TillService>, input: PrintDecision) -> Result<Vec<StuckPrint>, Problem> {
    at_service(&service, move |service| service.decide_print(input)).await
}
