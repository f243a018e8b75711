//! The frame of every screen but the sell screen: the way back, a title, what can be done.

use crate::text::t;
use crate::till::{Screen, use_till};
use duka_ui_kit::{Button, Icon};
use leptos::prelude::*;

/// A screen with its title.
#[component]
pub fn Page(
    /// What it is.
    title: &'static str,
    /// What can be done here.
    #[prop(optional, into)]
    deeds: ViewFn,
    /// What is on it.
    children: Children,
) -> impl IntoView {
    let till = use_till();
    view! {
        <section class="page" aria-label=title>
            <header>
                <Button label=t().back icon=Icon::Back key="Esc" on_press=move |()| till.go(Screen::Sell) test="back"/>
                <h1>{title}</h1>
                <div class="deeds">{deeds.run()}</div>
            </header>
            {children()}
        </section>
    }
}
