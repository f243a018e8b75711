//! The keys along the bottom, and the one that pays.

use crate::jobs::{Job, enqueue};
use crate::keys;
use crate::text::t;
use crate::till::{Over, Screen, use_till};
use duka_ui_kit::{ActionKey, Kbd, shown};
use leptos::prelude::*;

/// The bottom row of the sell screen.
#[component]
pub fn Actions() -> impl IntoView {
    let till = use_till();
    let selling = Memo::new(move |_| till.shift.with(Option::is_some));
    let no_line = Signal::derive(move || !selling.get() || till.selected_line().is_none());
    let nothing = Signal::derive(move || !selling.get() || !till.has_lines());
    let due = move || till.due().filter(|due| !due.is_zero()).map(shown).unwrap_or_default();
    view! {
        <nav class="actions" aria-label=t().actions>
            <ActionKey label=t().quantity key="F2" disabled=no_line on_press=move |()| keys::on_line(till, Over::Quantity) test="act-quantity"/>
            <ActionKey label=t().discount key="F3" disabled=no_line on_press=move |()| keys::on_line(till, Over::Discount) test="act-discount"/>
            <ActionKey label=t().note key="F4" disabled=no_line on_press=move |()| keys::on_line(till, Over::Note) test="act-note"/>
            <ActionKey label=t().remove key="Del" disabled=no_line on_press=move |()| keys::remove_line(till) test="act-remove"/>
            <ActionKey label=t().receipts key="F5" on_press=move |()| till.go(Screen::Receipts(false)) test="act-receipts"/>
            <ActionKey label=t().refund key="F6" on_press=move |()| till.go(Screen::Receipts(true)) test="act-refund"/>
            <ActionKey label=t().products key="F7" on_press=move |()| till.go(Screen::Products) test="act-products"/>
            <ActionKey label=t().shift key="F8" on_press=move |()| till.go(Screen::Shift(None)) test="act-shift"/>
            <ActionKey label=t().more key="F9" on_press=move |()| till.go(Screen::Settings) test="act-more"/>
            <button type="button" class="pay" data-test="pay" disabled=nothing on:click=move |_| enqueue(till, Job::OpenTender)>
                <span>{t().pay}</span><bdi class="money" dir="ltr">{due}</bdi><Kbd key="F12"/>
            </button>
        </nav>
    }
}
