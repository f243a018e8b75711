//! Selling.

use super::at_till;
use crate::service::TillService;
use duka_api::{
    Problem,
    till::{AddProduct, Basket, ChangeLine, SaleDone, Scan, Scanned, Tender},
};
use duka_pos::Till;
use tauri::State;

#[tauri::command]
pub(super) async fn basket_scan(service: State<'_, TillService>, input: Scan) -> Result<Scanned, Problem> {
    at_till(&service, move |till| till.basket_scan(&input)).await
}

#[tauri::command]
pub(super) async fn basket_add(service: State<'_, TillService>, input: AddProduct) -> Result<Basket, Problem> {
    at_till(&service, move |till| till.basket_add(&input)).await
}

#[tauri::command]
pub(super) async fn basket_change(service: State<'_, TillService>, input: ChangeLine) -> Result<Basket, Problem> {
    at_till(&service, move |till| till.basket_change(&input)).await
}

#[tauri::command]
pub(super) async fn basket_abort(service: State<'_, TillService>) -> Result<Basket, Problem> {
    at_till(&service, Till::basket_abort).await
}

#[tauri::command]
pub(super) async fn sale_complete(service: State<'_, TillService>, input: Tender) -> Result<SaleDone, Problem> {
    at_till(&service, move |till| till.sale_complete(&input)).await
}
