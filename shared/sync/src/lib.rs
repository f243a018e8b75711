//! Replication without sockets, clock or storage: the till, the server and the simulation drive this same code.
//!
//! An exchange is one [`Request`] and one [`Answer`], each sealed in an [`Envelope`] that its sender signed. Both say what they *have*; each
//! sends what the other lacks ([`missing`]), bounded, until both are even. Entries that start past what is held are not kept but asked for
//! again (`docs/adr/0003`). [`Link`] decides when the till asks.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

mod envelope;
mod have;
mod link;
mod message;

pub use envelope::{Envelope, EnvelopeError, Purpose};
pub use have::{Range, diverged, missing};
pub use link::{Effect, Event, Link, Phase};
pub use message::{Answer, MAX_BATCHES, MAX_BODY_BYTES, MAX_ENTRIES, MAX_MESSAGE_BYTES, Refusal, RefusalReason, Request, TableDigest};
