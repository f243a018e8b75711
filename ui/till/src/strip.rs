//! The strip along the top: where this is, who is here, and how the surroundings fare.

use crate::import::use_import;
use crate::print::printer_words;
use crate::sync::{device_words, link_words};
use crate::text::{fill, t};
use crate::till::{Over, Screen, use_till};
use duka_ui_kit::{Glyph, Icon, Mood};
use leptos::prelude::*;
use std::time::Duration;

const CLOCK_TICK: Duration = Duration::from_secs(5);

/// The strip.
#[component]
pub fn Strip() -> impl IntoView {
    let till = use_till();
    let tick = RwSignal::new(0_u32);
    if let Ok(ticking) = set_interval_with_handle(move || tick.update(|tick| *tick = tick.wrapping_add(1)), CLOCK_TICK) {
        on_cleanup(move || ticking.clear());
    }
    let place = move |part: fn(&duka_api::till::Enrolment) -> String| till.enrolment.with(|enrolment| enrolment.as_ref().map(part));
    let operator = move || {
        let shift = till.shift.get()?;
        let since = fill(t().shift_since, &[&till.local(shift.opened_at).time()]);
        Some(view! { <span class="soft" data-test="operator"><bdi>{shift.operator}</bdi>" · "{since}</span> })
    };
    let link = move || {
        till.status.with(|status| status.as_ref().map(|status| link_words(till, &status.link))).map(|(mood, icon, words)| {
            view! { <Light mood icon words test="link-state" on_press=move |()| till.open(Over::Link)/> }
        })
    };
    let device = move || {
        till.status.with(|status| status.as_ref().and_then(|status| device_words(&status.link.device))).map(|(mood, words, _)| {
            view! { <Light mood icon=Icon::Warning words test="device-state" on_press=move |()| till.open(Over::Link)/> }
        })
    };
    let printer = move || {
        till.status.with(|status| status.as_ref().map(|status| printer_words(&status.printer))).map(|(mood, words)| {
            let icon = if mood == Mood::Good { Icon::Check } else { Icon::Printer };
            view! { <Light mood icon words test="printer-state" on_press=move |()| till.open(Over::Printer)/> }
        })
    };
    view! {
        <header class="strip">
            <b data-test="shop"><bdi>{move || place(|enrolment| enrolment.shop.clone())}</bdi></b>
            <span data-test="register"><bdi>{move || place(|enrolment| enrolment.register.clone())}</bdi></span>
            {operator}
            <span class="push"></span>
            <ImportLight/>
            {device}
            {link}
            {printer}
            <b data-test="clock"><bdi dir="ltr">{move || { tick.track(); till.now().time() }}</bdi></b>
        </header>
    }
}

#[component]
fn Light(
    /// Its colour.
    mood: Mood,
    /// Says the same as its colour.
    icon: Icon,
    /// What it says.
    words: String,
    /// Its name for tests.
    test: &'static str,
    /// Opens what is behind it.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    let class = match mood {
        Mood::Note => "light note",
        Mood::Good => "light",
        Mood::Warn => "light warn",
        Mood::Bad => "light bad",
    };
    view! {
        <button type="button" class=class data-test=test on:click=move |_| on_press.run(())>
            <Glyph icon/><span aria-live="polite">{words}</span>
        </button>
    }
}

#[component]
fn ImportLight() -> impl IntoView {
    let (till, import) = (use_till(), use_import());
    move || {
        let words = fill(t().importing_share, &[&import.percent()?.to_string()]);
        Some(view! { <Light mood=Mood::Note icon=Icon::Import words test="import-state" on_press=move |()| till.go(Screen::Import)/> })
    }
}
