//! Receipts and refunds.

use super::at_till;
use crate::desk::Desk;
use duka_api::{
    Problem,
    till::{Page, Receipt, ReceiptQuery, ReceiptRef, ReceiptSummary, Refund, RefundDone},
};
use tauri::State;

#[tauri::command]
pub(super) async fn receipt_list(desk: State<'_, Desk>, input: ReceiptQuery) -> Result<Page<ReceiptSummary>, Problem> {
    at_till(&desk, move |till| till.receipt_list(&input)).await
}

#[tauri::command]
pub(super) async fn receipt_get(desk: State<'_, Desk>, input: ReceiptRef) -> Result<Receipt, Problem> {
    at_till(&desk, move |till| till.receipt_get(&input)).await
}

#[tauri::command]
pub(super) async fn receipt_reprint(desk: State<'_, Desk>, input: ReceiptRef) -> Result<(), Problem> {
    at_till(&desk, move |till| till.receipt_reprint(&input)).await
}

#[tauri::command]
pub(super) async fn refund_complete(desk: State<'_, Desk>, input: Refund) -> Result<RefundDone, Problem> {
    at_till(&desk, move |till| till.refund_complete(&input)).await
}
