//! Shifts: from the opening float to the Z report.

mod command;
mod error;
mod paper;
mod query;
mod store;

pub(crate) use command::{close, open};
pub use error::ShiftError;
pub(crate) use query::{report, shown};
pub(crate) use store::operator_of;
