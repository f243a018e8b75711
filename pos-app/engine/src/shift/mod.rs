//! Shifts: from the opening float to the Z report.

mod command;
mod error;
mod paper;
mod query;

pub(crate) use command::{close, open};
pub use error::ShiftError;
pub(crate) use query::{operator_of, report, shown};
