//! What is done to the basket, strictly one after the other: nothing that was scanned or pressed is lost or overtaken.

use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;

type Deed = Pin<Box<dyn Future<Output = ()>>>;

/// The queue. Copies are the same.
#[derive(Clone, Copy)]
pub struct Queue {
    waiting: StoredValue<VecDeque<Deed>, LocalStorage>,
    /// Whether something is being done.
    pub working: RwSignal<bool>,
}

impl Queue {
    /// An empty queue.
    pub fn new() -> Self {
        Self { waiting: StoredValue::new_local(VecDeque::new()), working: RwSignal::new(false) }
    }

    /// Does `deed` after everything that came before it.
    pub fn push(self, deed: impl Future<Output = ()> + 'static) {
        self.waiting.update_value(|waiting| waiting.push_back(Box::pin(deed)));
        if self.working.get_untracked() {
            return;
        }
        self.working.set(true);
        spawn_local(async move {
            while let Some(deed) = self.next() {
                deed.await;
            }
            self.working.set(false);
        });
    }

    fn next(self) -> Option<Deed> {
        self.waiting.try_update_value(VecDeque::pop_front).flatten()
    }
}
