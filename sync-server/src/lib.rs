//! The sync server: devices enrol with it and exchange their journals through it; it keeps every fact, derives the company's tables from
//! them, and is itself a device of each company whose facts are certificates and edits of shared records.
//!
//! A folder per noun; its `mod.rs` is its public face, and another noun never calls its store. `platform` knows none of them, `journal` no other,
//! and `sync` may use all.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking"))]

pub mod account;
pub mod company;
pub mod device;
mod health;
pub mod journal;
mod openapi;
pub mod platform;
pub mod product;
pub mod receipt;
mod router;
mod serve;
mod state;
pub mod stock;
pub mod sync;

pub use platform::{config::Config, http::Fault};
pub use router::{document, router};
pub use serve::{Running, ServeError, admin_token, open, serve};
pub use state::AppState;
