//! What the screens begin with, and how a till joins or starts over.

use super::at_desk;
use crate::desk::Desk;
use duka_api::{
    Problem,
    till::{Enrol, Restore, State as TillState},
};
use tauri::State;

#[tauri::command]
pub(super) async fn state(desk: State<'_, Desk>) -> Result<TillState, Problem> {
    at_desk(&desk, Desk::state).await
}

#[tauri::command]
pub(super) async fn enrol(desk: State<'_, Desk>, input: Enrol) -> Result<TillState, Problem> {
    at_desk(&desk, move |desk| desk.enrol(&input)).await
}

#[tauri::command]
pub(super) async fn restore(desk: State<'_, Desk>, input: Restore) -> Result<TillState, Problem> {
    at_desk(&desk, move |desk| desk.restore(&input)).await
}
