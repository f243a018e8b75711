//! What the basket comes to.

use super::{BasketState, use_basket};
use crate::text::{count, fill, t};
use duka_api::till::Basket;
use duka_core::Money;
use duka_ui_kit::{Button, ButtonKind, shown, shown_plain};
use leptos::prelude::*;

fn items_words(basket: BasketState) -> String {
    count(basket.items(), t().item, t().items)
}

/// What is saved, the tax, and the total in figures for two metres.
#[component]
pub fn Totals() -> impl IntoView {
    let basket = use_basket();
    let figure = move |part: fn(&Basket) -> Money| basket.with(part).filter(|amount| !amount.is_zero()).map(shown_plain);
    let saved = Memo::new(move |_| figure(|basket| basket.discount));
    let tax = Memo::new(move |_| figure(|basket| basket.tax));
    let due = move || basket.due().map(shown).unwrap_or_default();
    view! {
        <div class="totals">
            <div class="aside">
                <dl>
                    <dt data-test="item-count">{move || items_words(basket)}</dt><dd></dd>
                    {move || saved.get().map(|saved| view! { <dt>{t().saved}</dt><dd data-test="saved"><bdi dir="ltr">{saved}</bdi></dd> })}
                    {move || tax.get().map(|tax| view! { <dt>{t().tax_included}</dt><dd data-test="tax"><bdi dir="ltr">{tax}</bdi></dd> })}
                </dl>
                <Show when=move || basket.has_lines()>
                    <Button label=t().cancel_sale kind=ButtonKind::Quiet key="⇧ Del" on_press=move |()| basket.ask_to_cancel() test="cancel-sale"/>
                </Show>
            </div>
            <div class="due">
                <small>{t().to_pay}</small>
                <strong data-test="total"><bdi class="money" dir="ltr">{due}</bdi></strong>
                <span class="unseen" role="status" aria-live="polite">{move || fill(t().total_announced, &[&items_words(basket), &due()])}</span>
            </div>
        </div>
    }
}
