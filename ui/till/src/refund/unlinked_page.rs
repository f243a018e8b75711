//! The screen that gives money back for goods without a receipt.

use super::giving::{GivePane, Giving};
use super::unlinked::{Part, Parts};
use crate::backend;
use crate::page::{Page, focus_first};
use crate::text::t;
use crate::till::use_till;
use duka_api::till::{Product, ProductSearch};
use duka_ui_kit::{Amount, Empty, Field, FieldKind, Glyph, Icon};
use leptos::prelude::*;
use leptos::task::spawn_local;

const FOUND_AT_MOST: u32 = 6;

/// What came back, at what price, and why.
#[component]
pub fn RefundUnlinked() -> impl IntoView {
    let till = use_till();
    let parts = Parts::new();
    let (total, not_yet) = (Signal::derive(move || parts.total(till)), Signal::derive(move || parts.not_yet(till)));
    let giving = Giving::new(till, true, total, not_yet);
    till.take_scans(move |code| parts.find(till, giving, code));
    till.keep_unsaved(move || !parts.is_empty());
    focus_first("[data-test=refund-find]");
    view! {
        <Page title=t().refund_unlinked>
            <div class="master wide">
                <section class="pane list">
                    <Find parts giving/>
                    <ul class="refund-lines scroll">
                        <For each=move || parts.get() key=|part| part.key let(part)><PartRow part parts/></For>
                    </ul>
                    <Show when=move || parts.is_empty()>
                        <Empty icon=Icon::Refund title=t().nothing_to_refund body=t().nothing_to_refund_how/>
                    </Show>
                </section>
                <GivePane giving lines=Callback::new(move |()| parts.lines())/>
            </div>
        </Page>
    }
}

#[component]
fn Find(
    /// Where a found product goes.
    parts: Parts,
    /// The refund.
    giving: Giving,
) -> impl IntoView {
    let till = use_till();
    let (find, found) = (RwSignal::new(String::new()), RwSignal::new(Vec::<Product>::new()));
    Effect::new(move |_| {
        let text = find.get();
        if text.trim().is_empty() {
            found.set(Vec::new());
            return;
        }
        spawn_local(async move {
            if let Ok(products) = backend::product_search(&ProductSearch { text: text.clone(), limit: FOUND_AT_MOST }).await
                && find.try_get_untracked().as_ref() == Some(&text)
            {
                found.set(products);
            }
        });
    });
    let enter = move |()| {
        let text = find.get_untracked().trim().to_owned();
        find.set(String::new());
        if !text.is_empty() {
            parts.find(till, giving, text);
        }
    };
    let result = move |product: Product| {
        let (name, price) = (product.fields.name.clone(), product.fields.price);
        view! {
            <button type="button" class="result" data-test="refund-result" on:click=move |_| { find.set(String::new()); parts.put(product.clone()); }>
                <span class="what"><b><bdi>{name}</bdi></b></span><span class="sum"><Amount of=price plain=true/></span>
            </button>
        }
    };
    view! {
        <Field label=t().find value=find hint=t().refund_find_hint.to_owned() on_enter=Callback::new(enter) test="refund-find"/>
        <div class="results short">{move || found.get().into_iter().map(result).collect_view()}</div>
    }
}

#[component]
fn PartRow(
    /// The goods.
    part: Part,
    /// The list they are on.
    parts: Parts,
) -> impl IntoView {
    let till = use_till();
    let (key, quantity, price) = (part.key, part.quantity, part.price);
    let unit = part.product.fields.unit.symbol().to_owned();
    view! {
        <li class="unlinked">
            <div class="what"><b><bdi>{part.product.fields.name}</bdi></b></div>
            <Field label=t().quantity value=quantity.text kind=FieldKind::Decimal unit=Signal::stored(unit) problem=quantity.problem()
                readings=quantity.readings() insist=true test="refund-quantity"/>
            <Field label=t().price value=price.text kind=FieldKind::Decimal unit=till.currency_code() problem=price.problem() readings=price.readings()
                insist=true test="refund-price"/>
            <button type="button" class="icon-button" aria-label=t().remove data-test="refund-remove" on:click=move |_| parts.remove(key)><Glyph icon=Icon::Remove/></button>
        </li>
    }
}
