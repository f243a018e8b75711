//! The basket: big rows, the touched one lit, the total in figures for two metres.

use super::notice::NoticeBanner;
use crate::keys;
use crate::text::{count, fill, t};
use crate::till::{Over, Till, use_till};
use duka_api::till::{Basket, BasketLine};
use duka_core::{Quantity, Unit};
use duka_pricing::Discount;
use duka_ui_kit::{Amount, Button, ButtonKind, Empty, Icon, shown, shown_plain};
use leptos::prelude::*;

/// The basket and its total.
#[component]
pub fn BasketPane() -> impl IntoView {
    let till = use_till();
    let lines = move || till.basket.get().map(|basket| basket.lines).unwrap_or_default();
    let list = NodeRef::<leptos::html::Ol>::new();
    // The line that keys act on is always in sight.
    Effect::new(move |_| {
        let selected = till.selected.get();
        till.basket.track();
        till.notice.track();
        request_animation_frame(move || {
            let line =
                list.get_untracked().zip(selected).and_then(|(list, line)| list.query_selector(&format!("[data-line='{line}']")).ok()?);
            if let Some(line) = line {
                let nearest = web_sys::ScrollIntoViewOptions::new();
                nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
                line.scroll_into_view_with_scroll_into_view_options(&nearest);
            }
        });
    });
    view! {
        <section class="basket" aria-label=t().basket class:working=till.jobs.working>
            <NoticeBanner/>
            <ol class="lines" node_ref=list aria-label=t().basket>
                // A line is drawn anew when anything of it changes, and only then.
                <For each=lines key=line_key let(line)><Line line/></For>
                <Show when=move || !till.has_lines()>
                    <li class="no-lines"><Empty icon=Icon::Scan title=t().basket_empty body=t().basket_empty_how/></li>
                </Show>
            </ol>
            <Totals/>
        </section>
    }
}

fn line_key(line: &BasketLine) -> String {
    serde_json::to_string(line).unwrap_or_default()
}

#[component]
fn Line(
    /// What it shows.
    line: BasketLine,
) -> impl IntoView {
    let till = use_till();
    let number = line.line;
    let discount = discount_words(&line);
    let each = format!("{}{}", shown_plain(line.unit_price), per_unit(line.quantity.unit()));
    let quantity = line.quantity.to_string();
    let note = (!line.note.is_empty()).then(|| view! { " · "<bdi>{line.note.clone()}</bdi> });
    view! {
        <li class="line" class:now=move || till.selected.get() == Some(number) data-test="line" data-line=number
            aria-current=move || (till.selected.get() == Some(number)).then_some("true")
            on:click=move |_| till.selected.set(Some(number))>
            <button type="button" class="qty" data-test="line-quantity" aria-label=fill(t().change_quantity, &[&quantity])
                on:click=move |_| { till.selected.set(Some(number)); till.open(Over::Quantity(number)); }>
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
            Some(format!("{} {amount}", duka_core::TaxRate::try_from_ppm(ppm).map(|rate| format!("-{rate}")).unwrap_or_default()))
        }
        Discount::Amount(_) => Some(amount),
    }
}

/// `/kg` behind a price.
pub fn per_unit(unit: Unit) -> String {
    match unit {
        Unit::Each => String::new(),
        Unit::Kilogram | Unit::Litre | Unit::Metre => format!("/{}", unit.symbol()),
    }
}

/// Pieces count as they are, what is weighed or measured counts as one thing.
fn items(basket: &Basket) -> Quantity {
    let whole = |line: &BasketLine| if line.quantity.unit() == Unit::Each { line.quantity } else { Quantity::ONE };
    basket
        .lines
        .iter()
        .map(whole)
        .try_fold(Quantity::try_new(0, Unit::Each).unwrap_or(Quantity::ONE), Quantity::checked_add)
        .unwrap_or(Quantity::ONE)
}

fn items_words(till: Till) -> String {
    let items = till.basket.with(|basket| basket.as_ref().map(items));
    items.map_or_else(String::new, |items| {
        u64::try_from(items.thousandths() / 1_000).map_or_else(|_| String::new(), |whole| count(whole, t().item, t().items))
    })
}

#[component]
fn Totals() -> impl IntoView {
    let till = use_till();
    let figure = move |part: fn(&Basket) -> duka_core::Money| {
        till.basket.with(|basket| basket.as_ref().map(part)).filter(|amount| !amount.is_zero()).map(shown_plain)
    };
    let saved = Memo::new(move |_| figure(|basket| basket.discount));
    let tax = Memo::new(move |_| figure(|basket| basket.tax));
    let due = move || till.due().map(shown).unwrap_or_default();
    view! {
        <div class="totals">
            <div class="aside">
                <dl>
                    <dt data-test="item-count">{move || items_words(till)}</dt><dd></dd>
                    {move || saved.get().map(|saved| view! { <dt>{t().saved}</dt><dd data-test="saved"><bdi dir="ltr">{saved}</bdi></dd> })}
                    {move || tax.get().map(|tax| view! { <dt>{t().tax_included}</dt><dd data-test="tax"><bdi dir="ltr">{tax}</bdi></dd> })}
                </dl>
                <Show when=move || till.has_lines()>
                    <Button label=t().cancel_sale kind=ButtonKind::Quiet key="⇧ Del" on_press=move |()| keys::cancel_sale(till) test="cancel-sale"/>
                </Show>
            </div>
            <div class="due">
                <small>{t().to_pay}</small>
                <strong data-test="total"><bdi class="money" dir="ltr">{due}</bdi></strong>
                <span class="unseen" role="status" aria-live="polite">{move || fill(t().total_announced, &[&items_words(till), &due()])}</span>
            </div>
        </div>
    }
}
