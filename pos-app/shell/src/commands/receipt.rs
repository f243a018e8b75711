//! Receipts and refunds.

use super::{at_reader, at_till};
use crate::service::TillService;
use duka_api::{
    Problem,
    till::{Page, Receipt, ReceiptQuery, ReceiptRef, ReceiptSummary, Refund, RefundDone},
};
use tauri::State;

#[tauri::command]
pub(super) async fn receipt_list(service: State<'_, TillService>, input: ReceiptQuery) -> Result<Page<ReceiptSummary>, Problem> {
    at_reader(&service, move |reader| reader.receipt_list(&input)).await
}

#[tauri::command]
pub(super) async fn receipt_get(service: State<'_, TillService>, input: ReceiptRef) -> Result<Receipt, Problem> {
    at_reader(&service, move |reader| reader.receipt_get(&input)).await
}

#[tauri::command]
pub(super) async fn receipt_reprint(service: State<'_, TillService>, input: ReceiptRef) -> Result<(), Problem> {
    at_till(&service, move |till| till.receipt_reprint(&input)).await
}

#[tauri::command]
pub(super) async fn refund_complete(service: State<'_, TillService>, input: Refund) -> Result<RefundDone, Problem> {
    at_till(&service, move |till| till.refund_complete(&input)).await
}
