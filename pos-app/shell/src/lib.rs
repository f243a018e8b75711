//! The till's program around the engine: the window, commands that only translate, the key store, and the threads for link, printer and
//! imports. Business rules are the engine's.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking"))]

mod app;
mod board;
mod commands;
mod event;
mod import_worker;
mod keys;
mod log;
#[cfg(test)]
mod member;
mod options;
mod place;
mod running;
mod service;
mod surroundings;
mod window;

pub use app::run;
pub use options::Options;
