//! What the screens begin with, and how a till joins or starts over.

use super::at_service;
use crate::service::TillService;
use duka_api::{
    Problem,
    till::{Enrol, Restore, State as TillState},
};
use tauri::State;

#[tauri::command]
pub(super) async fn state(service: State<'_, TillService>) -> Result<TillState, Problem> {
    at_service(&service, TillService::state).await
}

#[tauri::command]
pub(super) async fn enrol(service: State<'_, TillService>, input: Enrol) -> Result<TillState, Problem> {
    at_service(&service, move |service| service.enrol(&input)).await
}

#[tauri::command]
pub(super) async fn restore(service: State<'_, TillService>, input: Restore) -> Result<TillState, Problem> {
    at_service(&service, move |service| service.restore(&input)).await
}

#[tauri::command]
pub(super) async fn salvage_seen(service: State<'_, TillService>) -> Result<TillState, Problem> {
    at_service(&service, TillService::salvage_seen).await
}
