//! What the whole system promises, tested on the whole system.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking")]

mod architecture;
mod copies;
mod crash;
mod editing;
mod joining;
#[cfg(target_os = "linux")]
mod power_cuts;
mod replay;
mod simulation;
#[cfg(target_os = "linux")]
mod version_1;
#[cfg(target_os = "linux")]
mod window;
