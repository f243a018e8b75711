//! What every service stands on: database, HTTP, configuration, logs, time, randomness and secrets. Knows no service.

pub mod clock;
pub mod config;
pub mod db;
pub mod entropy;
pub mod http;
pub mod log;
pub mod secret;
