//! What the handlers have at hand.

use crate::{
    device::Guesses,
    platform::{Platform, db::Db, secret::SecretKey, turns::Turns},
    product::Imports,
    sync::Rebuilds,
};
use axum::extract::FromRef;
use duka_core::{Clock, Entropy};
use std::{ops::Deref, sync::Arc};

/// The server's parts. Cheap to clone; each handler takes those that it needs.
#[derive(Clone)]
pub struct AppState {
    /// The outside.
    pub platform: Platform,
    /// Wrong enrolment codes lately.
    pub guesses: Arc<Guesses>,
    /// Imports that run or ran.
    pub imports: Arc<Imports>,
    /// Rebuilds that run or ran.
    pub rebuilds: Arc<Rebuilds>,
}

impl AppState {
    /// Puts the parts together.
    pub fn new(db: Db, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, secret_key: SecretKey) -> Self {
        Self {
            platform: Platform { db, clock, entropy, secret_key, turns: Turns::default() },
            guesses: Arc::default(),
            imports: Arc::default(),
            rebuilds: Arc::default(),
        }
    }
}

/// What is asked of a server without HTTP is mostly asked of its platform.
impl Deref for AppState {
    type Target = Platform;

    fn deref(&self) -> &Platform {
        &self.platform
    }
}

impl FromRef<AppState> for Platform {
    fn from_ref(state: &AppState) -> Self {
        state.platform.clone()
    }
}

impl FromRef<AppState> for Arc<Guesses> {
    fn from_ref(state: &AppState) -> Self {
        Self::clone(&state.guesses)
    }
}

impl FromRef<AppState> for Arc<Imports> {
    fn from_ref(state: &AppState) -> Self {
        Self::clone(&state.imports)
    }
}

impl FromRef<AppState> for Arc<Rebuilds> {
    fn from_ref(state: &AppState) -> Self {
        Self::clone(&state.rebuilds)
    }
}
