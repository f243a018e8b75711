//! The tender sheet: what is due, what was handed over, and the change in figures that can be read across the counter.

use super::tender::{Handed, TenderState, use_tender};
use crate::basket::use_basket;
use crate::problem::ProblemOf;
use crate::text::{t, unread_text};
use crate::till::use_till;
use duka_core::Money;
use duka_ui_kit::{
    Amount, Banner, Button, ButtonKind, Field, FieldKind, Keypad, Mood, Sheet, Unread, read_money, shown, shown_short, written_money,
};
use leptos::prelude::*;

/// Stands where there is no figure yet.
const UNKNOWN: &str = "–";

/// The tender sheet.
#[component]
pub fn TenderSheet() -> impl IntoView {
    let (till, tender) = (use_till(), use_tender());
    let handed = Memo::new(move |_| tender.handed());
    view! {
        <Sheet title=t().pay on_close=move |()| till.close() close=t().close wide=true bare=true test="tender">
            <div class="tender">
                <section><Taking handed/></section>
                <section class="side"><Giving handed/></section>
            </div>
        </Sheet>
    }
}

/// What is due, and where the cash that was handed over is entered.
#[component]
fn Taking(
    /// What was typed.
    handed: Memo<Handed>,
) -> impl IntoView {
    let (till, tender, basket) = (use_till(), use_tender(), use_basket());
    let problem = Signal::derive(move || match handed.get() {
        Handed::Wrong(unread) => Some(unread_text(&unread)),
        Handed::TooLow => Some(t().too_low.to_owned()),
        Handed::Exact | Handed::Enough(..) | Handed::Scan(_) => None,
    });
    let readings = Signal::derive(move || match handed.get() {
        Handed::Wrong(Unread::TwoWays(readings)) => Some(readings),
        _ => None,
    });
    view! {
        <div class="due-big">
            <small>{t().to_pay}</small>
            <strong data-test="tender-due">{move || basket.due().map(|due| view! { <Amount of=due/> })}</strong>
        </div>
        <QuickTenders/>
        <Field label=t().cash_received value=tender.text problem=problem readings=readings insist=true
            kind=FieldKind::Decimal large=true first=true unit=till.currency_code() test="tender-amount"/>
        <Keypad value=tender.text decimals=true erase=t().erase/>
    }
}

/// The cash, the change, and the key that completes the sale.
#[component]
fn Giving(
    /// What was typed.
    handed: Memo<Handed>,
) -> impl IntoView {
    let (till, tender, basket) = (use_till(), use_tender(), use_basket());
    // What is paid exactly stands on the sheet already, as what is to pay.
    let cash = move || match handed.get() {
        Handed::Exact => t().exact.to_owned(),
        Handed::Enough(tendered, _) => shown(tendered),
        Handed::TooLow | Handed::Wrong(_) | Handed::Scan(_) => UNKNOWN.to_owned(),
    };
    let change = move || match handed.get() {
        Handed::Exact => basket.due().map(|due| Money::zero(due.currency())),
        Handed::Enough(_, change) => Some(change),
        Handed::TooLow | Handed::Wrong(_) | Handed::Scan(_) => None,
    };
    let reason = Signal::derive(move || match handed.get() {
        Handed::TooLow => Some(t().not_enough.to_owned()),
        Handed::Wrong(Unread::TwoWays(_)) => Some(t().answer_first.to_owned()),
        Handed::Wrong(_) => Some(t().number_first.to_owned()),
        Handed::Exact | Handed::Enough(..) | Handed::Scan(_) => None,
    });
    view! {
        <ul class="taken"><li><span>{t().cash}</span><b><bdi class="money">{cash}</bdi></b></li></ul>
        <div class="change" class:short=move || reason.with(Option::is_some) role="status" aria-live="polite">
            <small>{t().change}</small>
            <strong data-test="tender-change"><bdi class="money" dir="ltr">{move || change().map_or_else(|| UNKNOWN.to_owned(), shown)}</bdi></strong>
        </div>
        <div class="outcomes">
            <Show when=move || tender.total_changed.get()>
                <Banner mood=Mood::Warn title=t().total_changed body=t().total_changed_meaning.to_owned() test="tender-changed"/>
            </Show>
            <ProblemOf problem=tender.problem test="tender-problem"/>
        </div>
        <Button label=t().done kind=ButtonKind::Final key="Enter" reason=reason pending=tender.completing on_press=move |()| tender.pay() test="tender-done"/>
        <Button label=t().back_to_basket kind=ButtonKind::Quiet key="Esc" on_press=move |()| till.close()/>
    }
}

/// Exactly what is due, and what a customer is likely to hand over. The field keeps the keyboard.
#[component]
fn QuickTenders() -> impl IntoView {
    let (tender, basket) = (use_tender(), use_basket());
    let amounts = move || basket.with(|basket| basket.quick_tenders.clone()).unwrap_or_default();
    view! {
        <div class="quick">
            <button type="button" class="exact" class:on=move || tender.text.with(|text| text.trim().is_empty()) data-test="tender-exact"
                on:mousedown=|event| event.prevent_default() on:click=move |_| tender.pay_exactly()>{t().exact}</button>
            {move || amounts().into_iter().take(5).map(|amount| quick(tender, amount)).collect_view()}
        </div>
    }
}

fn quick(tender: TenderState, amount: Money) -> impl IntoView {
    let on = move || tender.text.with(|text| read_money(text, amount.currency()) == Ok(amount));
    view! {
        <button type="button" data-test="tender-quick" data-minor=amount.minor() aria-pressed=move || if on() { "true" } else { "false" }
            on:mousedown=|event| event.prevent_default() on:click=move |_| tender.text.set(written_money(amount))>
            <bdi class="money" dir="ltr">{shown_short(amount)}</bdi>
        </button>
    }
}
