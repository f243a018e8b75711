//! Importing products from a CSV file: read whole, checked whole, then applied in steps that a sale fits between.
//!
//! [`prepare`] reads the file, as the server does ([`duka_records::csv`]); [`crate::Till::import_begin`] stores it as a job;
//! [`crate::Till::import_step`] first checks all rows against the products that are there, then applies them, at most [`STEP_ROWS`] in a
//! transaction. A till that dies goes on where it was; a job can be cancelled between any two steps.

mod ahead;
mod apply;
mod command;
mod error;
mod prepared;
mod store;

pub(crate) use ahead::Ahead;
pub(crate) use command::{Applied, Checking, apply, begin_in_tx, cancel_in_tx, latest, pending, progress, report, save_in_tx};
pub use duka_records::csv::{FileForm, MAX_BYTES as MAX_FILE_BYTES};
pub use error::ImportError;
pub use prepared::{Prepared, prepare};
pub(crate) use store::Phase;

/// Rows of one step at most.
pub const STEP_ROWS: usize = 200;
