//! Wire types, no behaviour: what the till's screens and its engine say to each other ([`till`]), what HTTP carries ([`http`]),
//! what a printer is asked to print ([`print`]) and how every fault is told ([`Problem`]).

pub mod http;
#[cfg(feature = "openapi")]
mod openapi;
pub mod print;
mod problem;
pub mod till;

pub use problem::Problem;
