//! The basket on the sell screen: its lines, and the total under them.

use super::line::{Line, line_key};
use super::notice::NoticeBanner;
use super::totals::Totals;
use super::use_basket;
use crate::text::t;
use duka_ui_kit::{Empty, Icon};
use leptos::prelude::*;

/// The basket and its total.
#[component]
pub fn BasketPane() -> impl IntoView {
    let basket = use_basket();
    let lines = move || basket.with(|basket| basket.lines.clone()).unwrap_or_default();
    let list = NodeRef::<leptos::html::Ol>::new();
    // The line that keys act on is always in sight.
    Effect::new(move |_| {
        let selected = basket.selected.get();
        basket.with(|_| {});
        basket.notice.track();
        request_animation_frame(move || {
            let line =
                list.get_untracked().zip(selected).and_then(|(list, line)| list.query_selector(&format!("[data-line='{line}']")).ok()?);
            if let Some(line) = line {
                let nearest = web_sys::ScrollIntoViewOptions::new();
                nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
                line.scroll_into_view_with_scroll_into_view_options(&nearest);
            }
        });
    });
    view! {
        <section class="basket" aria-label=t().basket class:working=move || basket.is_working()>
            <NoticeBanner/>
            <ol class="lines" node_ref=list aria-label=t().basket>
                // A line is drawn anew when anything of it changes, and only then.
                <For each=lines key=line_key let(line)><Line line/></For>
                <Show when=move || !basket.has_lines()>
                    <li class="no-lines"><Empty icon=Icon::Scan title=t().basket_empty body=t().basket_empty_how/></li>
                </Show>
            </ol>
            <Totals/>
        </section>
    }
}
