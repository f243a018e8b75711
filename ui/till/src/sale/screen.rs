//! Selling: the basket on one side, what finds products on the other, and the keys along the bottom.

use super::actions::Actions;
use crate::basket::BasketPane;
use crate::product::Finding;
use crate::shift::OpenShift;
use crate::till::{Screen, use_till};
use crate::timing;
use duka_ui_kit::focus_on;
use leptos::prelude::*;

/// The sell screen.
#[component]
pub fn Sell() -> impl IntoView {
    let till = use_till();
    let open = Memo::new(move |_| till.in_shift());
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
                view! { <BasketPane/> <Finding/> }.into_any()
            } else {
                view! { <OpenShift/> }.into_any()
            }}
            <Actions/>
        </div>
    }
}
