//! Giving money back for goods without a receipt: what, how much, at what price, and why.

use crate::backend;
use crate::fault::FaultOf;
use crate::identity::refund_id;
use crate::page::Page;
use crate::refund::{GiveBack, complete};
use crate::text::{fill, t};
use crate::till::{Till, use_till};
use duka_api::till::{Product, ProductSearch, Refund as RefundInput, RefundLines, UnlinkedLine};
use duka_core::{Money, NumberForm, Quantity};
use duka_pricing::{Discount, price};
use duka_ui_kit::{Button, ButtonKind, Empty, Field, FieldKind, Glyph, Icon, Mood, Tone, focus_on, play, shown_plain};
use leptos::prelude::*;
use leptos::task::spawn_local;

const REASON_AT_MOST: u32 = 200;
const FOUND_AT_MOST: u32 = 6;

/// Goods that came back.
#[derive(Clone)]
struct Part {
    key: u32,
    product: Product,
    quantity: RwSignal<String>,
    price: RwSignal<String>,
}

impl Part {
    fn quantity(&self) -> Result<Quantity, String> {
        let quantity =
            Quantity::parse(&self.quantity.get(), self.product.fields.unit, NumberForm::default()).map_err(|error| error.to_string())?;
        if quantity.is_positive() { Ok(quantity) } else { Err(t().quantity_positive.to_owned()) }
    }

    fn unit_price(&self) -> Result<Money, String> {
        Money::parse(&self.price.get(), self.product.fields.price.currency(), NumberForm::default()).map_err(|error| error.to_string())
    }

    /// As it is sent, and what it comes to.
    fn line(&self) -> Result<(UnlinkedLine, duka_pricing::Line), String> {
        let (quantity, unit_price) = (self.quantity()?, self.unit_price()?);
        let own = unit_price == self.product.fields.price;
        let line = UnlinkedLine { product: self.product.product, quantity, unit_price: (!own).then_some(unit_price) };
        Ok((line, duka_pricing::Line { quantity, unit_price, rate: self.product.fields.rate, discount: Discount::None }))
    }
}

/// Finds a product by what was scanned or typed and puts it on the list.
fn add(till: Till, text: String, parts: RwSignal<Vec<Part>>) {
    spawn_local(async move {
        match backend::product_search(&ProductSearch { text: text.clone(), limit: 1 }).await.map(|found| found.into_iter().next()) {
            Ok(Some(product)) => {
                play(Tone::Accepted);
                put(parts, product);
            }
            Ok(None) => {
                play(Tone::NotFound);
                till.say(Mood::Warn, fill(t().unknown_code, &[&text]));
            }
            Err(problem) => till.fault.set(Some(problem)),
        }
    });
}

/// Puts a product on the list, or one more of it.
fn put(parts: RwSignal<Vec<Part>>, product: Product) {
    let again = parts.with_untracked(|parts| parts.iter().find(|part| part.product.product == product.product).map(|part| part.quantity));
    if let Some(quantity) = again {
        let one = Quantity::whole(1, product.fields.unit);
        let more = Quantity::parse(&quantity.get_untracked(), product.fields.unit, NumberForm::default())
            .and_then(|quantity| quantity.checked_add(one?));
        if let Ok(more) = more {
            quantity.set(more.decimal());
        }
        return;
    }
    parts.update(|parts| {
        let key = parts.iter().map(|part| part.key).max().unwrap_or(0).saturating_add(1);
        let price = RwSignal::new(product.fields.price.decimal());
        parts.push(Part { key, product, quantity: RwSignal::new("1".to_owned()), price });
    });
}

/// The screen.
#[component]
pub fn RefundUnlinked() -> impl IntoView {
    let till = use_till();
    // One id for this refund, however often it is tried (I2).
    let id = refund_id(untrack(|| till.now()).at);
    let parts = RwSignal::new(Vec::<Part>::new());
    let (reason, insist, pending) = (RwSignal::new(String::new()), RwSignal::new(false), RwSignal::new(false));
    let reason_fault = Signal::derive(move || reason.with(|reason| reason.trim().is_empty()).then(|| t().reason_missing.to_owned()));
    till.take_scans(move |code| add(till, code, parts));
    till.keep_unsaved(move || !parts.with(Vec::is_empty));
    let lines = Signal::derive(move || parts.with(|parts| parts.iter().map(Part::line).collect::<Result<Vec<_>, _>>()));
    let total = Signal::derive(move || {
        let lines: Vec<_> = lines.get().ok()?.into_iter().map(|(_, line)| line).collect();
        price(till.currency()?, &lines).ok().map(|priced| priced.gross)
    });
    let nothing = Signal::derive(move || parts.with(Vec::is_empty) || total.get().is_none());
    let confirm = move |()| {
        insist.set(true);
        let Ok(lines) = untrack(|| lines.get()) else { return };
        if untrack(|| reason_fault.get().is_some()) {
            focus_on("[data-test=refund-reason]");
            return;
        }
        let lines = RefundLines::Unlinked { lines: lines.into_iter().map(|(line, _)| line).collect() };
        complete(till, RefundInput { refund: id, lines, reason: reason.get_untracked().trim().to_owned() }, pending);
    };
    request_animation_frame(|| {
        focus_on("[data-test=refund-find]");
    });
    view! {
        <Page title=t().refund_unlinked>
            <div class="master wide">
                <section class="pane list">
                    <Find parts/>
                    <ul class="refund-lines scroll">
                        <For each=move || parts.get() key=|part| part.key let(part)><PartRow part parts/></For>
                    </ul>
                    <Show when=move || parts.with(Vec::is_empty)>
                        <Empty icon=Icon::Refund title=t().nothing_to_refund body=t().nothing_to_refund_how/>
                    </Show>
                </section>
                <section class="pane detail">
                    <GiveBack total/>
                    <Field label=t().reason value=reason error=reason_fault insist=insist hint=t().reason_needed.to_owned() most=REASON_AT_MOST test="refund-reason"/>
                    <FaultOf problem=till.fault test="refund-problem"/>
                    <Button label=t().refund_now kind=ButtonKind::Primary icon=Icon::Refund disabled=nothing pending=pending on_press=confirm test="refund-confirm"/>
                </section>
            </div>
        </Page>
    }
}

#[component]
fn Find(
    /// Where a found product goes.
    parts: RwSignal<Vec<Part>>,
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
            add(till, text, parts);
        }
    };
    let result = move |product: Product| {
        let price = shown_plain(product.fields.price);
        let name = product.fields.name.clone();
        view! {
            <button type="button" class="result" data-test="refund-result" on:click=move |_| { find.set(String::new()); put(parts, product.clone()); }>
                <span class="what"><b><bdi>{name}</bdi></b></span><span class="sum"><bdi dir="ltr">{price}</bdi></span>
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
    parts: RwSignal<Vec<Part>>,
) -> impl IntoView {
    let key = part.key;
    let (of_quantity, of_price) = (part.clone(), part.clone());
    let unit = part.product.fields.unit.symbol().to_owned();
    view! {
        <li class="unlinked">
            <div class="what"><b><bdi>{part.product.fields.name.clone()}</bdi></b></div>
            <Field label=t().quantity value=part.quantity kind=FieldKind::Decimal unit=Signal::stored(unit)
                error=Signal::derive(move || of_quantity.quantity().err()) insist=true test="refund-quantity"/>
            <Field label=t().price value=part.price kind=FieldKind::Decimal error=Signal::derive(move || of_price.unit_price().err()) insist=true test="refund-price"/>
            <button type="button" class="icon-button" aria-label=t().remove data-test="refund-remove"
                on:click=move |_| parts.update(|parts| parts.retain(|part| part.key != key))><Glyph icon=Icon::Remove/></button>
        </li>
    }
}
