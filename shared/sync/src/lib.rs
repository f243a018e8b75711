//! Replication without sockets, clock or storage: the till, the server and the simulation drive this same code. `docs/exchange.md` tells the
//! whole of it on one page.
//!
//! An exchange is one [`Request`] and one [`Answer`], each sealed in an [`Envelope`] that its sender signed, the answer bound to its request.
//! The till's side is [`Peer`] (what it says next) and [`Link`] (when, and how much at once); the server's is [`reply`]. Both cut logs with
//! [`Packing`] and take pieces in with [`check_piece`] and [`Intake`]. Entries that start past what is held are not kept but asked for again
//! (`docs/adr/0003`).
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

mod acknowledged;
mod enrolment;
mod envelope;
mod heads;
mod intake;
mod items;
mod limit;
mod link;
mod message;
mod own;
mod peer;
mod piece;
mod reply;
mod succession;

pub use acknowledged::{Acknowledged, Kept, Lost, Parties};
pub use enrolment::{EnrolKnock, EnrolReceived, EnrolRequest, EnrolTicket};
pub use envelope::{Envelope, EnvelopeError, Received, Ticket, Unverified};
pub use heads::{BucketCount, BucketDigest, Heads, Range, Summary, diverged, missing};
pub use intake::{Intake, Refusal, RefusalReason, Taken, check_piece};
pub use limit::{
    MAX_BATCHES, MAX_BODY_BYTES, MAX_BUCKETS, MAX_COUNTER_STEP, MAX_DIGESTS, MAX_ENROL_BYTES, MAX_ENTRIES, MAX_HEADS, MAX_ITEMS,
    MAX_MESSAGE_BYTES, MAX_OWN_LOGS, MAX_PIECE_BYTES, MAX_PLACES, MAX_RECEIPTS_ASKED, MOST_WAIT, SLOWEST_LINE,
};
pub use link::{Effect, Event, Failure, FailureKind, Link, Pause, Phase, Room};
pub use message::{
    Answer, Ask, Buckets, Compared, Difference, Exchange, Exchanged, Freshness, Nonce, OwnHead, Request, Said, TableDigest, TooMuch, Trace,
    Want,
};
pub use own::{Divergence, OwnLog, own_log, places_between};
pub use peer::{Next, Parting, Peer, Plan, Trouble};
pub use piece::{Cut, Packing, Weight, signature_due};
pub use reply::{Place, Reply, reply};
pub use succession::{HeldReceipt, ReceivedSuccession, Succeeded, Succession};
