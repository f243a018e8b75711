//! What the exchange promises, driven without sockets, clock or storage.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod acknowledgements;
mod bound;
mod enrolling;
mod holder;
mod link;
mod own_logs;
mod pieces;
mod rounds;
mod simulation;
mod sizes;
mod succession;
mod wire;
