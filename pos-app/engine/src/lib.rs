//! The till's engine: every use case of a till over its own journal in SQLite. No network, no window, no async.
//!
//! [`Till`] has one method per command of `duka_api::till`; [`Engine`] gives it a thread. A change is written as a fact into the journal and
//! into the tables that follow from it, in one transaction with its print job (I1); tables can be folded anew from the facts at any time
//! ([`Till::rebuild`]). [`Till::sync_request`] and [`Till::sync_take`] are the till's end of an exchange.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]

mod account;
mod basket;
mod device;
mod engine;
mod enrolment;
pub mod import;
mod journal;
mod platform;
mod print;
mod product;
mod receipt;
mod record;
mod refund;
mod sale;
mod shift;
mod stock;
mod sync;
mod till;

pub use account::AccountError;
pub use basket::BasketError;
pub use engine::{Engine, Growth};
pub use enrolment::{EnrolBegun, EnrolError};
pub use import::ImportError;
pub use journal::{JournalError, Rebuilt};
pub use platform::{FileKeyStore, KeyError, KeyStore, OpenError, Settings, StoreError, SystemClock, SystemEntropy};
pub use print::{PrintError, PrintOutcome};
pub use product::ProductError;
pub use receipt::ReceiptError;
pub use refund::RefundError;
pub use sale::{SaleError, SaleLineInput};
pub use shift::ShiftError;
pub use stock::StockError;
pub use sync::{SyncError, Taken, Unsynced};
pub use till::Till;
