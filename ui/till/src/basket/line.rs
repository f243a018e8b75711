//! A line of the basket. The one that keys act on is lit.

use super::use_basket;
use crate::text::{fill, t};
use crate::till::{Over, use_till};
use duka_api::till::BasketLine;
use duka_core::TaxRate;
use duka_pricing::Discount;
use duka_ui_kit::{Amount, per_unit, shown_plain, shown_quantity, written_rate};
use leptos::prelude::*;

/// Tells a line from what it was before: all of it.
pub fn line_key(line: &BasketLine) -> String {
    serde_json::to_string(line).unwrap_or_default()
}

/// One line: how much, of what, what is taken off, what it comes to.
#[component]
pub fn Line(
    /// What it shows.
    line: BasketLine,
) -> impl IntoView {
    let (till, basket) = (use_till(), use_basket());
    let number = line.line;
    let discount = discount_words(&line);
    let each = format!("{}{}", shown_plain(line.unit_price), per_unit(line.quantity.unit()));
    let quantity = shown_quantity(line.quantity);
    let note = (!line.note.is_empty()).then(|| view! { " · "<bdi>{line.note.clone()}</bdi> });
    view! {
        <li class="line" class:now=move || basket.selected.get() == Some(number) data-test="line" data-line=number
            aria-current=move || (basket.selected.get() == Some(number)).then_some("true")
            on:click=move |_| basket.selected.set(Some(number))>
            <button type="button" class="qty" data-test="line-quantity" aria-label=fill(t().change_quantity, &[&quantity])
                on:click=move |_| { basket.selected.set(Some(number)); till.open(Over::Quantity(number)); }>
                <bdi dir="ltr">{quantity.clone()}</bdi>
            </button>
            <div class="what">
                <div class="name" data-test="line-name"><bdi>{line.name.clone()}</bdi></div>
                <div class="note"><bdi dir="ltr">{line.code.clone()}</bdi>{discount.map(|words| view! { " · "<bdi class="off" dir="ltr">{words}</bdi> })}{note}</div>
            </div>
            <span class="each"><bdi dir="ltr">{each}</bdi></span>
            <span class="sum" data-test="line-sum"><Amount of=line.gross plain=true/></span>
        </li>
    }
}

/// The discount as it was entered, and what it comes to.
fn discount_words(line: &BasketLine) -> Option<String> {
    let amount = shown_plain(line.discount_amount.negated());
    match line.discount {
        Discount::None => None,
        Discount::Ppm(ppm) => {
            Some(TaxRate::try_from_ppm(ppm).map_or_else(|_| amount.clone(), |rate| format!("-{}% {amount}", written_rate(rate))))
        }
        Discount::Amount(_) => Some(amount),
    }
}
