//! What the till's engine promises.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod copies;
mod exchanging;
mod flagged;
mod folding;
mod forks;
#[path = "../../../../shared/records/tests/hostile/mod.rs"]
mod hostile;
mod importing;
mod joining;
mod keeping;
mod printing;
mod products;
mod promises;
mod rebuilding;
mod refunding;
mod revoked;
mod salvaging;
mod selling;
mod server;
mod shifts;
mod tables;
mod world;
