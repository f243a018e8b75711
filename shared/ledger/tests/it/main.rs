//! What the ledger promises; a module for each promise.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
#![allow(clippy::arithmetic_side_effects, reason = "an overflow fails the test, as it should")]

mod arrival;
mod books;
mod chain;
mod decode;
mod device_rules;
mod digest;
mod limits;
mod log;
mod other_rules;
mod postings;
mod program;
mod receipt_rules;
mod recovery;
mod shift_rules;
mod tables;
mod totals;
mod versions;
mod waiting;
mod wire;
