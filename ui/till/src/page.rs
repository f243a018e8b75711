//! The frame of every screen but the sell screen: the way back, a title, what can be done.

use crate::text::t;
use crate::till::{Screen, use_till};
use duka_ui_kit::{Button, ButtonKind, Icon, Sheet, focus_on};
use leptos::prelude::*;

/// Puts the keyboard into the first thing to do as soon as the screen is drawn.
pub fn focus_first(selector: &'static str) {
    request_animation_frame(move || {
        focus_on(selector);
    });
}

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

/// Whether a screen is really to be left with what was entered on it.
#[component]
pub fn LeaveSheet(
    /// Where to.
    to: Screen,
) -> impl IntoView {
    let till = use_till();
    view! {
        <Sheet title=t().unsaved on_close=move |()| till.close() close=t().close test="leave">
            <div class="body">
                <p>{t().unsaved_meaning}</p>
                <div class="foot">
                    <Button label=t().keep_editing key="Esc" first=true on_press=move |()| till.close() test="leave-stay"/>
                    <Button label=t().discard kind=ButtonKind::Danger on_press=move |()| till.leave(to.clone()) test="leave-discard"/>
                </div>
            </div>
        </Sheet>
    }
}
