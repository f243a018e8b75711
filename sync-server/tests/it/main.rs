//! The server's tests: the real router and the real databases. Whatever touches a database runs on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod config;
mod enrol;
mod exchange;
mod faults;
mod flags;
mod fork;
mod given_up;
#[path = "../../../shared/records/tests/hostile/mod.rs"]
mod hostile;
mod once;
mod openapi;
mod plans;
#[allow(dead_code, reason = "shared with the tests of the whole system")]
#[path = "../../../tests/src/postgres.rs"]
mod postgres;
mod product;
mod queries;
mod queues;
mod rebuild;
mod refolding;
mod refusals;
mod relay;
mod restored;
mod serving;
mod standing;
mod starting;
mod store;
mod succession;
mod talk;
mod till;
mod wait;
mod world;
