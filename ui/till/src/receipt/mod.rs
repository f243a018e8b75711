//! Receipts: finding one, looking at it, printing it again.

mod list;
mod pane;

pub use list::{Kinds, Receipts};
pub use pane::ReceiptPane;

use crate::backend;
use crate::request::Request;
use crate::text::t;
use crate::till::Till;
use duka_api::till::{ReceiptKind, ReceiptRef, ReceiptSummary};
use duka_core::{Money, ReceiptId};
use duka_ui_kit::Mood;

/// Prints a receipt again, marked as a copy.
pub fn print_copy(till: Till, receipt: ReceiptId, request: Request) {
    request
        .ask(async move { backend::receipt_reprint(&ReceiptRef { receipt }).await }, move |()| till.say(Mood::Note, t().copy_is_printing));
}

/// A receipt's sum as it moved the drawer: refunds go out.
pub fn signed(summary: &ReceiptSummary) -> Money {
    match summary.kind {
        ReceiptKind::Sale => summary.gross,
        ReceiptKind::Refund => summary.gross.negated(),
    }
}

/// Why nothing of a receipt can be given back; none when something can.
pub fn not_refundable(summary: &ReceiptSummary) -> Option<String> {
    match summary.kind {
        ReceiptKind::Refund => Some(t().refund_is_no_sale.to_owned()),
        ReceiptKind::Sale => summary.refunded.then(|| t().all_refunded.to_owned()),
    }
}
