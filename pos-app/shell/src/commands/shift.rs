//! Shifts.

use super::{at_reader, at_service, at_till};
use crate::service::TillService;
use duka_api::{
    Problem,
    till::{CloseShift, OpenShift, ShiftReport, State as TillState},
};
use duka_pos::Reader;
use tauri::State;

#[tauri::command]
pub(super) async fn shift_open(service: State<'_, TillService>, input: OpenShift) -> Result<TillState, Problem> {
    at_till(&service, move |till| till.shift_open(&input)).await?;
    at_service(&service, TillService::state).await
}

#[tauri::command]
pub(super) async fn shift_report(service: State<'_, TillService>) -> Result<ShiftReport, Problem> {
    at_reader(&service, Reader::shift_report).await
}

#[tauri::command]
pub(super) async fn shift_close(service: State<'_, TillService>, input: CloseShift) -> Result<ShiftReport, Problem> {
    at_till(&service, move |till| till.shift_close(&input)).await
}
