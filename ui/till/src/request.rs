//! One thing at a time that a sheet or page asks of the engine: whether it is on its way, and what went wrong with it.

use crate::backend::Answer;
use duka_api::Problem;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::future::Future;

/// A sheet's or page's requests. Copies are the same.
#[derive(Clone, Copy)]
pub struct Request {
    /// Whether one is on its way.
    pub pending: RwSignal<bool>,
    /// What went wrong with the last one.
    pub problem: RwSignal<Option<Problem>>,
}

impl Request {
    /// With nothing asked yet.
    pub fn new() -> Self {
        Self { pending: RwSignal::new(false), problem: RwSignal::new(None) }
    }

    /// Asks, and hands on the answer; does nothing while another is on its way. Whoever asked may be gone when the answer comes.
    pub fn ask<T: 'static>(self, asked: impl Future<Output = Answer<T>> + 'static, taken: impl FnOnce(T) + 'static) {
        if self.pending.get_untracked() {
            return;
        }
        self.pending.set(true);
        self.problem.set(None);
        spawn_local(async move {
            match asked.await {
                Ok(answer) => taken(answer),
                Err(problem) => drop(self.problem.try_set(Some(problem))),
            }
            self.pending.try_set(false);
        });
    }
}
