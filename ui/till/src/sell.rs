//! Selling: the basket on one side, what finds products on the other, and the keys along the bottom.

mod actions;
mod basket;
mod finder;
mod line_sheet;
mod notice;

pub use basket::per_unit;
pub use line_sheet::{CancelSheet, DiscountSheet, NoteSheet, QuantitySheet};
pub use notice::notice_text;

use crate::jobs::{Job, enqueue};
use crate::shift::OpenShift;
use crate::till::{Screen, Till, use_till};
use crate::{keys, timing};
use duka_ui_kit::focus_on;
use leptos::prelude::*;

/// The sell screen.
#[component]
pub fn Sell() -> impl IntoView {
    let till = use_till();
    let open = Memo::new(move |_| till.shift.with(Option::is_some));
    // The search box listens whenever nothing else does.
    Effect::new(move |_| {
        if open.get() && till.over.with(Option::is_none) {
            request_animation_frame(move || {
                let elsewhere = till.over.with_untracked(Option::is_some) || till.screen.with_untracked(|screen| *screen != Screen::Sell);
                if !elsewhere && focus_on("[data-test=search]") {
                    timing::ready();
                }
            });
        }
    });
    view! {
        <div class="sell">
            {move || if open.get() {
                view! { <basket::BasketPane/> <finder::Finder/> }.into_any()
            } else {
                view! { <OpenShift/> }.into_any()
            }}
            <actions::Actions/>
        </div>
    }
}

/// Enter in the search box: the marked row, a code, or the first product that the words find.
pub fn take_search(till: Till) {
    let text = till.search.get_untracked().trim().to_owned();
    let marked = till.marked.get_untracked().and_then(|at| till.found.with_untracked(|found| found.get(at).map(|product| product.product)));
    keys::clear_search(till);
    match marked {
        _ if text.is_empty() => {}
        Some(product) => enqueue(till, Job::Add(product)),
        None if is_code(&text) => enqueue(till, Job::Scan(text)),
        None => enqueue(till, Job::Pick(text)),
    }
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
