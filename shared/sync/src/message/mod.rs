//! What is said in an exchange.

mod answer;
mod limits;
mod request;

pub use answer::{Answer, Compared, Difference, Exchanged, Said, TableDigest, Want};
pub use limits::TooMuch;
pub(crate) use limits::at_most;
pub use request::{Ask, Buckets, Exchange, Freshness, Nonce, OwnHead, Request, Trace};
