//! What the nouns stand on. It knows none of them.

pub mod clock;
pub mod config;
pub mod db;
pub mod entropy;
pub mod folder;
pub mod http;
pub mod log;
pub mod secret;
pub mod table;
pub mod tls;
pub mod turns;

use db::Db;
use duka_core::{Clock, Entropy, Timestamp};
use secret::SecretKey;
use std::sync::Arc;
use turns::Turns;

/// The outside, as every noun sees it. Cheap to clone.
#[derive(Clone)]
pub struct Platform {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Seals the companies' keys.
    pub secret_key: SecretKey,
    /// Turns at what is costly.
    pub turns: Turns,
}

impl Platform {
    /// Makes an id.
    pub fn new_id<I>(&self, make: impl FnOnce(Timestamp, &dyn Entropy) -> I) -> I {
        make(self.clock.now().at, &*self.entropy)
    }
}
