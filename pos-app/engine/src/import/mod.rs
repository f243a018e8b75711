//! Importing products from a CSV file: read whole, checked whole, then applied in steps that a sale fits between.
//!
//! [`prepare`] reads the file; [`crate::Till::import_begin`] stores it as a job; [`crate::Till::import_step`] first checks all rows against the
//! products that are there, then applies them, at most [`STEP_ROWS`] in a transaction. A till that dies goes on where it was.

mod apply;
mod command;
mod error;
mod file;
mod header;
mod row;
mod store;

pub(crate) use command::Checking;
pub use error::ImportError;
pub use file::{MAX_FILE_BYTES, MAX_ROWS, Prepared, prepare};

/// Rows of one step at most.
pub const STEP_ROWS: usize = 500;
