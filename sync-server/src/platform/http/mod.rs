//! What every request goes through: an id, a log line, limits, and one form for every fault.

pub mod auth;
mod connections;
mod fault;
mod frame;
mod page;
mod slow;

pub use connections::{Limits, answer};
pub use fault::{ApiResult, Fault, PROBLEM_JSON, ProblemDocument, trouble};
pub use frame::{Sources, TraceId, frame, panicked};
pub use page::{After, NotAPlace, PAGE, page};
pub use slow::{Slow, read_slowly};

/// The largest body in general; a route may have its own limit (I11).
pub const MAX_BODY: usize = 16 << 20;
