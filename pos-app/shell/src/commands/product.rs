//! Products, their import and their stock.

use super::{at_desk, at_till};
use crate::desk::Desk;
use duka_api::{
    Problem,
    till::{AdjustStock, ImportFile, ImportProgress, ImportReport, Page, Product, ProductQuery, ProductSearch, SaveProduct},
};
use tauri::State;

#[tauri::command]
pub(super) async fn product_search(desk: State<'_, Desk>, input: ProductSearch) -> Result<Vec<Product>, Problem> {
    at_till(&desk, move |till| till.product_search(&input)).await
}

#[tauri::command]
pub(super) async fn product_list(desk: State<'_, Desk>, input: ProductQuery) -> Result<Page<Product>, Problem> {
    at_till(&desk, move |till| till.product_list(&input)).await
}

#[tauri::command]
pub(super) async fn product_save(desk: State<'_, Desk>, input: SaveProduct) -> Result<Product, Problem> {
    at_till(&desk, move |till| till.product_save(&input)).await
}

#[tauri::command]
pub(super) async fn product_import(desk: State<'_, Desk>, input: ImportFile) -> Result<ImportReport, Problem> {
    at_desk(&desk, move |desk| desk.import(&input)).await
}

/// How far the import under way is, for a screen that comes back to it.
#[tauri::command]
pub(super) async fn import_state(desk: State<'_, Desk>) -> Result<Option<ImportProgress>, Problem> {
    at_desk(&desk, Desk::import_progress).await
}

#[tauri::command]
pub(super) async fn stock_adjust(desk: State<'_, Desk>, input: AdjustStock) -> Result<Product, Problem> {
    at_till(&desk, move |till| till.stock_adjust(&input)).await
}
