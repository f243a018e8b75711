//! Receipts: sales and refunds of every till of the shop, to look up, print again and refund.

mod command;
mod error;
mod query;
mod store;

pub(crate) use command::{Desk, commit_in_tx};
pub use error::ReceiptError;
pub(crate) use store::{add_in_tx, clear_in_tx, digest, line_digest, load, next_number, refunded_of, taxes, totals_of, waiting};

use crate::journal::Place;
use duka_core::LocalTime;
use duka_ledger::Sale;

/// A receipt as this till holds it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Held {
    pub(crate) place: Place,
    pub(crate) refund: bool,
    /// In the form it was written; its payments are one of cash.
    pub(crate) sale: Sale,
    pub(crate) at: LocalTime,
    pub(crate) reason: String,
}

/// What is printed and shown: `A1-000123`.
pub(crate) fn shown_number(series: &str, number: u64) -> String {
    format!("{series}-{number:06}")
}

/// A receipt that has just been written.
pub(crate) struct Issued {
    /// Whether a print job was queued with it.
    pub(crate) queued: bool,
}
