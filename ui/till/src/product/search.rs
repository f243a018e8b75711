//! What is being looked for on the sell screen: the text of the search box, what it found, and what Enter takes.

use crate::backend;
use crate::basket::BasketState;
use crate::till::Till;
use duka_api::till::{Product, ProductSearch};
use duka_core::ProductId;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// As many as a person looks through.
const FOUND_AT_MOST: u32 = 20;

/// The search. Copies are the same.
#[derive(Clone, Copy)]
pub struct Finder {
    till: Till,
    basket: BasketState,
    pub search: RwSignal<String>,
    /// The row of the results that Enter takes, if any.
    pub marked: RwSignal<Option<usize>>,
    pub found: RwSignal<Vec<Product>>,
}

impl Finder {
    /// Looking for nothing.
    pub fn new(till: Till, basket: BasketState) -> Self {
        Self { till, basket, search: RwSignal::new(String::new()), marked: RwSignal::new(None), found: RwSignal::new(Vec::new()) }
    }

    /// Empties the search box.
    pub fn clear(self) {
        self.search.set(String::new());
        self.marked.set(None);
    }

    /// Marks the row below or above; above the first none.
    pub fn step(self, down: bool) {
        let last = self.found.with_untracked(Vec::len).checked_sub(1);
        self.marked.update(|marked| {
            *marked = match (*marked, down) {
                (None, true) => last.map(|_| 0),
                (Some(at), true) => last.map(|last| at.saturating_add(1).min(last)),
                (Some(at), false) => at.checked_sub(1),
                (None, false) => None,
            };
        });
    }

    /// Asks for products while the cashier types; an answer that comes after the text went on is dropped.
    pub fn follow(self) {
        Effect::new(move |_| {
            self.till.products_changed.track();
            let text = self.search.get();
            if text.trim().is_empty() {
                self.found.set(Vec::new());
                return;
            }
            spawn_local(async move {
                let found = backend::product_search(&ProductSearch { text: text.clone(), limit: FOUND_AT_MOST }).await;
                if self.search.get_untracked() == text
                    && let Ok(found) = found
                {
                    self.found.set(found);
                }
            });
        });
    }

    /// Enter in the search box: the marked row, a code, or the first product that the words find.
    pub fn take(self) {
        let text = self.search.get_untracked().trim().to_owned();
        let marked =
            self.marked.get_untracked().and_then(|at| self.found.with_untracked(|found| found.get(at).map(|product| product.product)));
        self.clear();
        match marked {
            _ if text.is_empty() => {}
            Some(product) => self.basket.add(product),
            None if is_code(&text) => self.basket.scan(text),
            None => self.basket.pick(text),
        }
    }

    /// A product that was missing while selling is there now: it is what was looked for.
    pub fn take_missing(self, product: ProductId) {
        self.clear();
        self.basket.add(product);
    }
}

/// The search of the till that the calling component is part of.
pub fn use_finder() -> Finder {
    expect_context()
}

/// Whether typed text is meant as a code: one word with a digit in it.
fn is_code(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_graphic()) && text.bytes().any(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::is_code;

    #[test]
    fn a_code_is_told_from_a_name() {
        for code in ["85123A", "0073416510708", "4664"] {
            assert!(is_code(code), "{code}");
        }
        for name in ["milk", "milk 2", "thé 1", ""] {
            assert!(!is_code(name), "{name}");
        }
    }
}
