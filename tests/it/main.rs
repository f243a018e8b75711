//! What the whole system promises, tested on the whole system.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking")]

mod architecture;
mod crash;
mod editing;
mod joining;
mod replay;
mod simulation;
mod window;
