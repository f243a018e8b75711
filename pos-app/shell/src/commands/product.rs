//! Products, their import and their stock.

use super::{at_reader, at_service, at_till};
use crate::service::TillService;
use duka_api::{
    Problem,
    till::{AdjustStock, ImportFile, ImportProgress, ImportReport, Page, Product, ProductQuery, ProductSearch, SaveProduct},
};
use tauri::State;

#[tauri::command]
pub(super) async fn product_search(service: State<'_, TillService>, input: ProductSearch) -> Result<Vec<Product>, Problem> {
    at_reader(&service, move |reader| reader.product_search(&input)).await
}

#[tauri::command]
pub(super) async fn product_list(service: State<'_, TillService>, input: ProductQuery) -> Result<Page<Product>, Problem> {
    at_reader(&service, move |reader| reader.product_list(&input)).await
}

#[tauri::command]
pub(super) async fn product_save(service: State<'_, TillService>, input: SaveProduct) -> Result<Product, Problem> {
    at_till(&service, move |till| till.product_save(&input)).await
}

#[tauri::command]
pub(super) async fn product_import(service: State<'_, TillService>, input: ImportFile) -> Result<ImportReport, Problem> {
    at_service(&service, move |service| service.import(&input)).await
}

/// How far the import under way is, for a screen that comes back to it.
#[tauri::command]
pub(super) async fn import_state(service: State<'_, TillService>) -> Result<Option<ImportProgress>, Problem> {
    at_service(&service, TillService::import_progress).await
}

/// Ends the import under way; rows that were applied stay.
#[tauri::command]
pub(super) async fn import_cancel(service: State<'_, TillService>) -> Result<ImportReport, Problem> {
    at_service(&service, TillService::import_cancel).await
}

#[tauri::command]
pub(super) async fn stock_adjust(service: State<'_, TillService>, input: AdjustStock) -> Result<Product, Problem> {
    at_till(&service, move |till| till.stock_adjust(&input)).await
}
