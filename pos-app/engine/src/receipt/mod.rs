//! Receipts: sales and refunds of every till of the shop, to look up, print again and refund.

mod command;
mod error;
mod list;
mod paper;
mod query;
mod store;

pub(crate) use command::{Issue, reprint};
pub use error::ReceiptError;
pub(crate) use list::{Asker, get, list};
pub(crate) use query::{Held, Refunded, load, refunded_of};
