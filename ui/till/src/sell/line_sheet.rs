//! Sheets for one line: its quantity, its discount, its note; and giving the basket up.

use crate::jobs::{Job, enqueue};
use crate::text::{fill, t};
use crate::till::{Till, use_till};
use duka_api::till::{BasketLine, ChangeLine, LineChange};
use duka_core::{Money, NumberForm, Quantity, TaxRate};
use duka_pricing::{Discount, price};
use duka_ui_kit::{Amount, Button, ButtonKind, Field, FieldKind, Keypad, Segment, Sheet};
use leptos::prelude::*;

/// The longest note.
const NOTE_AT_MOST: u32 = 200;

/// What the line would cost; the money engine's own words when it refuses.
fn priced(line: &BasketLine, quantity: Quantity, discount: Discount) -> Result<Money, String> {
    let currency = line.unit_price.currency();
    let line = duka_pricing::Line { quantity, unit_price: line.unit_price, rate: line.rate, discount };
    price(currency, &[line]).map(|priced| priced.gross).map_err(|error| error.to_string())
}

fn change(till: Till, line: u32, change: LineChange) {
    till.close();
    enqueue(till, Job::Change(ChangeLine { line, change }));
}

/// A sheet that enters a number for a line, shows what the line would cost, and applies it.
#[component]
fn NumberSheet(
    /// The line.
    line: BasketLine,
    /// What is entered.
    title: &'static str,
    /// The field.
    value: RwSignal<String>,
    /// What is behind the number.
    unit: Signal<String>,
    /// The change that the text stands for, and what the line would cost.
    outcome: Signal<Result<(LineChange, Money), String>>,
    /// Its name for tests.
    test: &'static str,
    /// What stands above the field.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let till = use_till();
    let number = line.line;
    let apply = move |()| {
        if let Ok((to, _)) = outcome.get_untracked() {
            change(till, number, to);
        }
    };
    let error = Signal::derive(move || outcome.get().err());
    view! {
        <Sheet title on_close=move |()| till.close() close=t().close test="line-sheet">
            <div class="body">
                <p class="line-of"><bdi>{line.name.clone()}</bdi></p>
                {children.map(|children| children())}
                <Field label=title value=value error=error kind=FieldKind::Decimal unit=unit large=true first=true on_enter=Callback::new(apply) test=test/>
                <Keypad value=value decimals=true replaces=true erase=t().erase/>
                <p class="outcome">
                    <span>{t().line_will_cost}</span>
                    <strong data-test="line-preview">{move || outcome.get().ok().map(|(_, gross)| view! { <Amount of=gross/> })}</strong>
                </p>
                <div class="foot">
                    <Button label=t().cancel on_press=move |()| till.close() key="Esc"/>
                    <Button label=t().apply kind=ButtonKind::Primary key="Enter" disabled=Signal::derive(move || outcome.get().is_err())
                        on_press=apply test="line-apply"/>
                </div>
            </div>
        </Sheet>
    }
}

/// Another quantity for a line.
#[component]
pub fn QuantitySheet(
    /// Its number.
    line: u32,
) -> impl IntoView {
    let till = use_till();
    untrack(|| till.line(line)).map(|line| {
        let value = RwSignal::new(line.quantity.decimal());
        let unit = line.quantity.unit().symbol().to_owned();
        let of = line.clone();
        let outcome = Signal::derive(move || {
            let quantity = Quantity::parse(&value.get(), of.quantity.unit(), NumberForm::default()).map_err(|error| error.to_string())?;
            // An amount off may be more than the smaller line costs; the engine says so when it is applied.
            priced(&of, quantity, of.discount).map(|gross| (LineChange::Quantity(quantity), gross))
        });
        view! { <NumberSheet line title=t().quantity value unit=Signal::stored(unit) outcome test="quantity-field"/> }
    })
}

/// A discount for a line, in percent or as an amount.
#[component]
pub fn DiscountSheet(
    /// Its number.
    line: u32,
) -> impl IntoView {
    let till = use_till();
    untrack(|| till.line(line)).map(|line| {
        let (start, in_percent) = match line.discount {
            Discount::None => (String::new(), true),
            Discount::Ppm(ppm) => (TaxRate::try_from_ppm(ppm).map(|rate| rate.to_string().replace('%', "")).unwrap_or_default(), true),
            Discount::Amount(amount) => (amount.decimal(), false),
        };
        let (value, percent) = (RwSignal::new(start), RwSignal::new(in_percent));
        let of = line.clone();
        let currency = line.unit_price.currency();
        let outcome = Signal::derive(move || {
            let discount = read_discount(&value.get(), percent.get(), currency)?;
            priced(&of, of.quantity, discount).map(|gross| (LineChange::Discount(discount), gross))
        });
        let unit = Signal::derive(move || if percent.get() { "%".to_owned() } else { currency.symbol() });
        view! {
            <NumberSheet line title=t().discount value unit outcome test="discount-field">
                <Segment label=t().discount_as chosen=percent on_choose=move |now| percent.set(now)
                    choices=vec![(true, t().percent.to_owned(), "discount-percent"), (false, t().amount.to_owned(), "discount-amount")]/>
            </NumberSheet>
        }
    })
}

fn read_discount(text: &str, percent: bool, currency: duka_core::Currency) -> Result<Discount, String> {
    match text.trim() {
        "" | "0" => Ok(Discount::None),
        // A percentage is written like a tax rate; the money engine refuses more than all of the line.
        text if percent => TaxRate::parse(text, NumberForm::default())
            .map(|rate| Discount::Ppm(rate.ppm()))
            .map_err(|_| fill(t().not_a_percentage, &[text])),
        text => Money::parse(text, currency, NumberForm::default()).map(Discount::Amount).map_err(|error| error.to_string()),
    }
}

/// A note for a line.
#[component]
pub fn NoteSheet(
    /// Its number.
    line: u32,
) -> impl IntoView {
    let till = use_till();
    untrack(|| till.line(line)).map(|line| {
        let (value, number) = (RwSignal::new(line.note.clone()), line.line);
        let apply = move |()| change(till, number, LineChange::Note(value.get_untracked().trim().to_owned()));
        view! {
            <Sheet title=t().note on_close=move |()| till.close() close=t().close test="line-sheet">
                <div class="body">
                    <p class="line-of"><bdi>{line.name}</bdi></p>
                    <Field label=t().note value=value hint=t().note_hint.to_owned() most=NOTE_AT_MOST first=true on_enter=Callback::new(apply) test="note-field"/>
                    <div class="foot">
                        <Button label=t().cancel on_press=move |()| till.close() key="Esc"/>
                        <Button label=t().apply kind=ButtonKind::Primary key="Enter" on_press=apply test="line-apply"/>
                    </div>
                </div>
            </Sheet>
        }
    })
}

/// Whether the basket is really to be given up.
#[component]
pub fn CancelSheet() -> impl IntoView {
    let till = use_till();
    let abort = move |()| {
        till.close();
        enqueue(till, Job::Abort);
    };
    view! {
        <Sheet title=t().cancel_sale on_close=move |()| till.close() close=t().close test="cancel">
            <div class="body">
                <p>{t().cancel_sale_meaning}</p>
                <div class="foot">
                    <Button label=t().keep_selling on_press=move |()| till.close() key="Esc"/>
                    <Button label=t().cancel_sale kind=ButtonKind::Danger first=true on_press=abort test="cancel-confirm"/>
                </div>
            </div>
        </Sheet>
    }
}
