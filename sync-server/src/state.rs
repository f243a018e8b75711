//! What every handler has at hand.

use crate::{company::Servers, device::Guesses, platform::db::Db, platform::secret::SecretKey, product::Imports};
use duka_core::{Clock, Entropy};
use std::{ops::Deref, sync::Arc};

/// The server's parts. Cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

/// See [`AppState`].
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Seals the companies' keys.
    pub secret_key: SecretKey,
    /// The companies' keys, opened.
    pub servers: Servers,
    /// Wrong enrolment codes lately.
    pub guesses: Guesses,
    /// Imports that run or ran.
    pub imports: Imports,
}

impl AppState {
    /// Puts the parts together.
    pub fn new(db: Db, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, secret_key: SecretKey) -> Self {
        Self(Arc::new(Parts {
            db,
            clock,
            entropy,
            secret_key,
            servers: Servers::default(),
            guesses: Guesses::default(),
            imports: Imports::default(),
        }))
    }

    /// Makes an id.
    pub fn new_id<I>(&self, make: impl FnOnce(duka_core::Timestamp, &dyn Entropy) -> I) -> I {
        make(self.clock.now().at, &*self.entropy)
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
