//! Paying in cash: what is due, what was handed over, what comes back.

use crate::fault::FaultOf;
use crate::jobs::{Job, enqueue};
use crate::text::t;
use crate::till::{Till, use_till};
use duka_core::{Money, NumberForm};
use duka_pricing::change_due;
use duka_ui_kit::{Amount, Button, ButtonKind, Field, FieldKind, Kbd, Keypad, Sheet, shown};
use leptos::prelude::*;

/// Nobody pays a hundred thousand in cash without a decimal point.
const SHORTEST_GTIN: usize = 8;

/// What was typed, and what follows from it.
#[derive(Clone, Debug, PartialEq)]
enum Handed {
    /// Nothing was typed: exactly what is due.
    Exact,
    /// Enough; so much comes back.
    Enough(Money, Money),
    /// A barcode: a scanner so slow that it looked like a person must not pay the sale with its digits.
    Scan(String),
    /// Not an amount, or too little, in the money engine's own words.
    Wrong(String),
}

fn handed(till: Till) -> Handed {
    let (text, Some(due)) = (till.tendered.get(), till.due()) else { return Handed::Exact };
    if text.trim().is_empty() {
        return Handed::Exact;
    }
    if text.trim().len() >= SHORTEST_GTIN && duka_core::Barcode::parse(&text).is_ok() && text.trim().bytes().all(|b| b.is_ascii_digit()) {
        return Handed::Scan(text.trim().to_owned());
    }
    match Money::parse(&text, due.currency(), NumberForm::default()) {
        Err(error) => Handed::Wrong(error.to_string()),
        Ok(tendered) => {
            change_due(due, tendered).map_or_else(|error| Handed::Wrong(error.to_string()), |change| Handed::Enough(tendered, change))
        }
    }
}

/// Completes the sale with what was typed, or exactly.
pub fn complete(till: Till) {
    match untrack(|| handed(till)) {
        Handed::Exact => enqueue(till, Job::Complete(None)),
        Handed::Enough(tendered, _) => enqueue(till, Job::Complete(Some(tendered))),
        Handed::Scan(code) => {
            till.tendered.set(String::new());
            enqueue(till, Job::Scan(code));
        }
        Handed::Wrong(_) => {}
    }
}

/// The tender sheet.
#[component]
pub fn TenderSheet() -> impl IntoView {
    let till = use_till();
    let handed = Memo::new(move |_| handed(till));
    let nothing = Signal::derive(move || till.due().map(|due| Money::zero(due.currency())));
    let error = Signal::derive(move || match handed.get() {
        Handed::Wrong(reason) => Some(reason),
        Handed::Exact | Handed::Enough(..) | Handed::Scan(_) => None,
    });
    let cash = move || match handed.get() {
        Handed::Exact => till.due(),
        Handed::Enough(tendered, _) => Some(tendered),
        Handed::Wrong(_) | Handed::Scan(_) => None,
    };
    let change = move || match handed.get() {
        Handed::Exact => nothing.get(),
        Handed::Enough(_, change) => Some(change),
        Handed::Wrong(_) | Handed::Scan(_) => None,
    };
    let figure = |amount: Option<Money>| amount.map_or_else(|| "–".to_owned(), shown);
    let short = move || error.get().is_some();
    view! {
        <Sheet title=t().pay on_close=move |()| till.close() close=t().close wide=true bare=true test="tender">
            <div class="tender">
                <section>
                    <div class="due-big">
                        <small>{t().to_pay}</small>
                        <strong data-test="tender-due">{move || till.due().map(|due| view! { <Amount of=due/> })}</strong>
                    </div>
                    <QuickTenders/>
                    <Field label=t().cash_received value=till.tendered error=error insist=true kind=FieldKind::Decimal large=true first=true
                        unit=Signal::derive(move || till.currency().map(|currency| currency.code().to_owned()).unwrap_or_default())
                        test="tender-amount"/>
                    <Keypad value=till.tendered decimals=true erase=t().erase/>
                </section>
                <section class="side">
                    <ul class="taken">
                        <li><span>{t().total}</span><b>{move || till.due().map(|due| view! { <Amount of=due/> })}</b></li>
                        <li><span>{t().cash}</span><b><bdi class="money" dir="ltr">{move || figure(cash())}</bdi></b></li>
                    </ul>
                    <div class="change" class:short=short role="status" aria-live="polite">
                        <small>{move || if short() { t().not_enough } else { t().change }}</small>
                        <strong data-test="tender-change"><bdi class="money" dir="ltr">{move || figure(change())}</bdi></strong>
                    </div>
                    <FaultOf problem=till.fault test="tender-problem"/>
                    <button type="button" class="done-key" data-test="tender-done" class:pending=till.jobs.completing
                        disabled=move || short() || till.jobs.completing.get() on:click=move |_| complete(till)>
                        <span>{t().done}</span><Kbd key="Enter"/>
                    </button>
                    <Button label=t().back_to_basket kind=ButtonKind::Quiet key="Esc" on_press=move |()| till.close()/>
                </section>
            </div>
        </Sheet>
    }
}

/// Exactly what is due, and what a customer is likely to hand over. The field keeps the keyboard.
#[component]
fn QuickTenders() -> impl IntoView {
    let till = use_till();
    let amounts = move || till.basket.get().map(|basket| basket.quick_tenders).unwrap_or_default();
    let quick = move |amount: Money| {
        let on = move || till.tendered.with(|text| Money::parse(text, amount.currency(), NumberForm::default()) == Ok(amount));
        view! {
            <button type="button" data-test="tender-quick" data-minor=amount.minor() aria-pressed=move || if on() { "true" } else { "false" }
                on:mousedown=|event| event.prevent_default() on:click=move |_| till.tendered.set(amount.decimal())>
                <bdi class="money" dir="ltr">{short_amount(amount)}</bdi>
            </button>
        }
    };
    view! {
        <div class="quick">
            <button type="button" class="exact" class:on=move || till.tendered.with(|text| text.trim().is_empty()) data-test="tender-exact" on:mousedown=|event| event.prevent_default()
                on:click=move |_| enqueue(till, Job::Complete(None))>{t().exact}</button>
            {move || amounts().into_iter().take(5).map(quick).collect_view()}
        </div>
    }
}

/// Notes are written without pence: `£40`.
fn short_amount(amount: Money) -> String {
    let (text, digits) = (shown(amount), usize::try_from(amount.currency().digits()).unwrap_or(0));
    match text.rsplit_once('.') {
        Some((whole, fraction)) if fraction.len() == digits && fraction.bytes().all(|b| b == b'0') => whole.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use duka_core::Currency;

    #[test]
    fn notes_are_written_without_pence() {
        let pounds = |minor| Money::try_new(minor, Currency::try_new("GBP").unwrap()).unwrap();
        assert_eq!((short_amount(pounds(4_000)), short_amount(pounds(4_050))), ("£40".to_owned(), "£40.50".to_owned()));
        assert_eq!(short_amount(pounds(1_200_000)), "£12,000");
    }
}
