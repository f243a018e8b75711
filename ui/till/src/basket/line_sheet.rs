//! Sheets for one line: its quantity, its discount, its note.

use super::change::{Outcome, discount, quantity};
use super::{BasketState, use_basket};
use crate::limit;
use crate::text::t;
use crate::till::{Till, use_till};
use crate::typed::Typed;
use duka_api::till::{BasketLine, LineChange};
use duka_pricing::Discount;
use duka_ui_kit::{Amount, Button, ButtonKind, Field, FieldKind, Keypad, Segment, Sheet};
use leptos::prelude::*;

fn change(till: Till, basket: BasketState, line: u32, change: LineChange) {
    till.close();
    basket.change(line, change);
}

/// A sheet that enters a number for a line, shows what the line would cost, and applies it.
#[component]
fn NumberSheet(
    /// The line.
    line: BasketLine,
    /// What is entered.
    title: &'static str,
    /// What is typed, and what it would do.
    typed: Typed<Outcome>,
    /// What is behind the number.
    unit: Signal<String>,
    /// Its name for tests.
    test: &'static str,
    /// What stands above the field.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (till, basket) = (use_till(), use_basket());
    let number = line.line;
    let apply = move |()| {
        if let Some((to, _)) = untrack(|| typed.value()) {
            change(till, basket, number, to);
        }
    };
    let reason = Signal::derive(move || typed.read.get().is_err().then(|| t().number_first.to_owned()));
    view! {
        <Sheet title on_close=move |()| till.close() close=t().close test="line-sheet">
            <div class="body">
                <p class="line-of"><bdi>{line.name}</bdi></p>
                {children.map(|children| children())}
                <Field label=title value=typed.text problem=typed.problem() readings=typed.readings() kind=FieldKind::Decimal unit=unit large=true
                    first=true on_enter=Callback::new(apply) test=test/>
                <Keypad value=typed.text decimals=true replaces=true erase=t().erase/>
                <p class="outcome">
                    <span>{t().line_will_cost}</span>
                    <strong data-test="line-preview">{move || typed.value().map(|(_, gross)| view! { <Amount of=gross/> })}</strong>
                </p>
                <div class="foot">
                    <Button label=t().cancel on_press=move |()| till.close() key="Esc"/>
                    <Button label=t().apply kind=ButtonKind::Primary key="Enter" reason=reason on_press=apply test="line-apply"/>
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
    let basket = use_basket();
    untrack(|| basket.line(line)).map(|line| {
        let (typed, unit) = (quantity(&line), Signal::stored(line.quantity.unit().symbol().to_owned()));
        view! { <NumberSheet line title=t().quantity typed unit test="quantity-field"/> }
    })
}

/// A discount for a line, in percent or as an amount.
#[component]
pub fn DiscountSheet(
    /// Its number.
    line: u32,
) -> impl IntoView {
    let basket = use_basket();
    untrack(|| basket.line(line)).map(|line| {
        let percent = RwSignal::new(!matches!(line.discount, Discount::Amount(_)));
        let (typed, currency) = (discount(&line, percent), line.unit_price.currency());
        let unit = Signal::derive(move || if percent.get() { "%".to_owned() } else { currency.symbol() });
        view! {
            <NumberSheet line title=t().discount typed unit test="discount-field">
                <Segment label=t().discount_as chosen=percent on_choose=move |now| percent.set(now)
                    choices=vec![(true, t().percent.to_owned(), "discount-percent"), (false, t().amount.to_owned(), "discount-amount")]/>
            </NumberSheet>
        }
    })
}

/// A note for a line.
#[component]
pub fn NoteSheet(
    /// Its number.
    line: u32,
) -> impl IntoView {
    let (till, basket) = (use_till(), use_basket());
    untrack(|| basket.line(line)).map(|line| {
        let (value, number) = (RwSignal::new(line.note.clone()), line.line);
        let apply = move |()| change(till, basket, number, LineChange::Note(value.get_untracked().trim().to_owned()));
        view! {
            <Sheet title=t().note on_close=move |()| till.close() close=t().close test="line-sheet">
                <div class="body">
                    <p class="line-of"><bdi>{line.name}</bdi></p>
                    <Field label=t().note value=value hint=t().note_hint.to_owned() most=limit::NOTE first=true on_enter=Callback::new(apply) test="note-field"/>
                    <div class="foot">
                        <Button label=t().cancel on_press=move |()| till.close() key="Esc"/>
                        <Button label=t().apply kind=ButtonKind::Primary key="Enter" on_press=apply test="line-apply"/>
                    </div>
                </div>
            </Sheet>
        }
    })
}
