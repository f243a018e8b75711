//! The state of a list that is fetched a page at a time: its rows so far, where the next page begins, and what went wrong.

use leptos::prelude::*;
use leptos::task::spawn_local;
use std::future::Future;
use std::sync::Arc;

/// One page: its rows, and where the next one begins, if there is one.
pub type PageOf<T> = (Vec<T>, Option<String>);

/// A row with its place. Rows of another question are other rows, so that nothing stale stays drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row<T> {
    pub(super) place: (u32, usize),
    pub(super) of: T,
}

/// A list's state. `E` is what goes wrong. Copies are the same list.
pub struct Pages<T: Send + Sync + 'static, E: Send + Sync + 'static> {
    pub(super) rows: RwSignal<Option<Vec<Row<T>>>>,
    pub(super) next: RwSignal<Option<String>>,
    /// Whether a page is on its way.
    pub pending: RwSignal<bool>,
    /// Why the last page did not come.
    pub problem: RwSignal<Option<E>>,
    /// Counts questions: an answer to an older one is dropped.
    asked: StoredValue<u32>,
    /// Which page failed, to be asked for again.
    failed: StoredValue<Option<Option<String>>>,
    ask: StoredValue<Arc<dyn Fn(Option<String>) + Send + Sync>>,
}

impl<T: Send + Sync + 'static, E: Send + Sync + 'static> Clone for Pages<T, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static, E: Send + Sync + 'static> Copy for Pages<T, E> {}

impl<T: Clone + Send + Sync + 'static, E: Clone + Send + Sync + 'static> Pages<T, E> {
    /// A list of what answers `question`, fetched by `fetch` from where a page begins. It is fetched anew when the question changes.
    pub fn new<Q, F>(question: Signal<Q>, fetch: impl Fn(Q, Option<String>) -> F + Send + Sync + 'static) -> Self
    where
        Q: Clone + Send + Sync + 'static,
        F: Future<Output = Result<PageOf<T>, E>> + 'static,
    {
        let pages = Self {
            rows: RwSignal::new(None),
            next: RwSignal::new(None),
            pending: RwSignal::new(false),
            problem: RwSignal::new(None),
            asked: StoredValue::new(0),
            failed: StoredValue::new(None),
            ask: StoredValue::new(Arc::new(|_| {})),
        };
        pages.ask.set_value(Arc::new(move |after| {
            let asked = pages.asked.get_value();
            let answer = fetch(question.get_untracked(), after.clone());
            pages.pending.set(true);
            spawn_local(async move {
                let answer = answer.await;
                if pages.asked.try_get_value() == Some(asked) {
                    pages.take(after, answer);
                }
            });
        }));
        Effect::new(move |_| {
            question.track();
            pages.asked.update_value(|asked| *asked = asked.wrapping_add(1));
            pages.fetch(None);
        });
        pages
    }

    /// The row of a list that has no other.
    pub fn only_row(self) -> Option<T> {
        self.rows.with(|rows| match rows.as_deref() {
            Some([only]) => Some(only.of.clone()),
            Some(_) | None => None,
        })
    }

    /// Whether there is another page.
    pub fn has_more(self) -> bool {
        self.next.with(Option::is_some)
    }

    /// Fetches the next page, unless one is on its way or the last one failed.
    pub fn more(self) {
        let idle = !self.pending.get_untracked() && self.problem.with_untracked(Option::is_none);
        if let Some(after) = self.next.get_untracked().filter(|_| idle) {
            self.fetch(Some(after));
        }
    }

    /// Fetches again what failed.
    pub fn retry(self) {
        if let Some(after) = self.failed.get_value() {
            self.fetch(after);
        }
    }

    fn fetch(self, after: Option<String>) {
        self.ask.with_value(|ask| ask(after));
    }

    fn take(self, after: Option<String>, answer: Result<PageOf<T>, E>) {
        match answer {
            Ok((rows, next)) => {
                let asked = self.asked.get_value();
                self.rows.update(|all| {
                    let all = all.get_or_insert_default();
                    if after.is_none() {
                        all.clear();
                    }
                    let begin = all.len();
                    all.extend(rows.into_iter().enumerate().map(|(place, of)| Row { place: (asked, begin.saturating_add(place)), of }));
                });
                self.next.set(next);
                self.failed.set_value(None);
                self.problem.set(None);
            }
            Err(problem) => {
                self.failed.set_value(Some(after));
                self.problem.set(Some(problem));
            }
        }
        self.pending.set(false);
    }
}
