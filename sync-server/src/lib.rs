//! The sync server: devices enrol with it and exchange their journals through it; it keeps every fact, derives the company's tables from
//! them, and is itself a device of each company whose facts are certificates and edits of shared records.
//!
//! A folder per service; its `mod.rs` is its public face, and another service never calls its store. `platform` knows no service.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking"))]

pub mod account;
pub mod company;
pub mod device;
mod fault;
mod health;
pub mod journal;
mod openapi;
pub mod platform;
pub mod product;
pub mod receipt;
mod router;
mod serve;
pub mod shift;
mod state;
pub mod stock;
pub mod sync;

pub use fault::{ApiFault, ApiResult};
pub use openapi::document;
pub use platform::config::Config;
pub use router::router;
pub use serve::{Running, ServeError, admin_token, open, serve};
pub use state::{AppState, Parts};
