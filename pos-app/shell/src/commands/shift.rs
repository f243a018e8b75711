//! Shifts.

use super::{at_desk, at_till};
use crate::desk::Desk;
use duka_api::{
    Problem,
    till::{CloseShift, OpenShift, ShiftReport, State as TillState},
};
use tauri::State;

#[tauri::command]
pub(super) async fn shift_open(desk: State<'_, Desk>, input: OpenShift) -> Result<TillState, Problem> {
    at_till(&desk, move |till| till.shift_open(&input)).await?;
    at_desk(&desk, Desk::state).await
}

#[tauri::command]
pub(super) async fn shift_report(desk: State<'_, Desk>) -> Result<ShiftReport, Problem> {
    at_till(&desk, |till| till.shift_report()).await
}

#[tauri::command]
pub(super) async fn shift_close(desk: State<'_, Desk>, input: CloseShift) -> Result<ShiftReport, Problem> {
    at_till(&desk, move |till| till.shift_close(&input)).await
}
