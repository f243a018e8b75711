//! Shifts: from the opening float to the Z report.

mod command;
mod error;
mod query;
mod store;

pub use error::ShiftError;
pub(crate) use query::shown;
pub(crate) use store::{
    Open, clear_in_tx, closed_in_tx, count_aborted_in_tx, count_reprint_in_tx, digest, open_of, opened_in_tx, operator_of,
};
