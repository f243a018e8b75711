//! Selling.

use super::at_till;
use crate::desk::Desk;
use duka_api::{
    Problem,
    till::{AddProduct, Basket, ChangeLine, SaleDone, Scan, Scanned, Tender},
};
use duka_pos::Till;
use tauri::State;

#[tauri::command]
pub(super) async fn basket_scan(desk: State<'_, Desk>, input: Scan) -> Result<Scanned, Problem> {
    at_till(&desk, move |till| till.basket_scan(&input)).await
}

#[tauri::command]
pub(super) async fn basket_add(desk: State<'_, Desk>, input: AddProduct) -> Result<Basket, Problem> {
    at_till(&desk, move |till| till.basket_add(&input)).await
}

#[tauri::command]
pub(super) async fn basket_change(desk: State<'_, Desk>, input: ChangeLine) -> Result<Basket, Problem> {
    at_till(&desk, move |till| till.basket_change(&input)).await
}

#[tauri::command]
pub(super) async fn basket_abort(desk: State<'_, Desk>) -> Result<Basket, Problem> {
    at_till(&desk, Till::basket_abort).await
}

#[tauri::command]
pub(super) async fn sale_complete(desk: State<'_, Desk>, input: Tender) -> Result<SaleDone, Problem> {
    at_till(&desk, move |till| till.sale_complete(&input)).await
}
