//! The till's engine: every use case of a till over its own journal in SQLite. No network, no window, no async.
//!
//! A use case decides (`books`): it reads, and gives facts and a print. The one writer (`writer`) appends and folds them with one flush (I1).
//! [`Till`] has one method per command of `duka_api::till`; what only looks is in its [`Reader`], which cannot write. [`Engine`] gives each a
//! thread. Layers look one way: `till`, `reader` → `writer` → nouns → `books` → `enrolment`, `record` →
//! `journal`, `tables` → `platform`.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]

mod account;
mod basket;
mod books;
mod device;
mod engine;
mod enrolment;
mod identity;
pub mod import;
mod journal;
mod platform;
mod print;
mod product;
mod reader;
mod receipt;
mod record;
mod refund;
mod sale;
mod shift;
mod stock;
mod sync;
mod tables;
mod till;
mod writer;

pub use account::AccountError;
pub use basket::BasketError;
pub use engine::{Engine, Growth};
pub use enrolment::{EnrolBegun, EnrolError, SealedEnrolment};
pub use import::ImportError;
pub use journal::JournalError;
pub use platform::{FileKeyStore, KeyError, KeyStore, OpenError, Settings, StoreError, SystemClock, SystemEntropy, is_mended, make_folder};
pub use print::{PrintError, PrintOutcome};
pub use product::ProductError;
pub use reader::Reader;
pub use receipt::ReceiptError;
pub use refund::RefundError;
pub use sale::{SaleError, SaleLineInput};
pub use shift::ShiftError;
pub use stock::StockError;
pub use sync::{SealedRequest, SyncError, Unsynced};
pub use till::{SalvageError, Succeeding, Till};
pub use writer::{Compared, Comparing, Differences, Rebuilt, Taken, Taking};
