//! The server's tests: the real router and the real databases. Whatever touches a database runs on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod config;
mod enrol;
mod exchange;
mod faults;
mod flags;
#[path = "../../../shared/records/tests/hostile/mod.rs"]
mod hostile;
mod openapi;
#[allow(dead_code, reason = "shared with the tests of the whole system")]
#[path = "../../../tests/src/postgres.rs"]
mod postgres;
mod product;
mod queries;
mod rebuild;
mod refusals;
mod relay;
mod serving;
mod standing;
mod store;
mod till;
mod world;
