//! Correcting the stock of a product.

use crate::backend;
use crate::fault::FaultOf;
use crate::text::{fill, t};
use crate::till::use_till;
use duka_api::Problem;
use duka_api::till::{AdjustStock, Product, StockReason};
use duka_core::{NumberForm, Quantity};
use duka_ui_kit::{Button, Count, Field, FieldKind, Mood, Segment};
use leptos::prelude::*;
use leptos::task::spawn_local;

const NOTE_AT_MOST: u32 = 200;

/// The stock by the books, and a correction of it.
#[component]
pub fn Stock(
    /// Of what.
    product: Product,
) -> impl IntoView {
    let till = use_till();
    let stock = RwSignal::new(product.stock);
    let (by, note) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let reason = RwSignal::new(StockReason::Received);
    let (insist, pending, problem) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(None::<Problem>));
    let unit = product.fields.unit;
    let quantity = Signal::derive(move || match Quantity::parse(&by.get(), unit, NumberForm::default()) {
        Err(error) if !by.with(|by| by.trim().is_empty()) => Err(error.to_string()),
        Ok(quantity) if !quantity.is_zero() => Ok(quantity),
        Ok(_) | Err(_) => Err(t().stock_by_missing.to_owned()),
    });
    // "Anything else" says nothing without words.
    let note_fault = Signal::derive(move || {
        (reason.get() == StockReason::Other && note.with(|note| note.trim().is_empty())).then(|| t().stock_note_missing.to_owned())
    });
    let after = move || {
        quantity.get().ok().and_then(|by| stock.get().checked_add(by).ok()).map(|after| fill(t().stock_after, &[&after.to_string()]))
    };
    let book = move |()| {
        insist.set(true);
        let Ok(quantity) = quantity.get_untracked() else { return };
        if pending.get_untracked() || note_fault.get_untracked().is_some() {
            return;
        }
        pending.set(true);
        problem.set(None);
        let (reason, note_text) = (reason.get_untracked(), note.get_untracked().trim().to_owned());
        let input = AdjustStock { product: product.product, quantity, reason, note: note_text };
        spawn_local(async move {
            match backend::stock_adjust(&input).await {
                Ok(product) => {
                    stock.try_set(product.stock);
                    by.try_set(String::new());
                    note.try_set(String::new());
                    insist.try_set(false);
                    till.products_changed.update(|changed| *changed = changed.wrapping_add(1));
                    till.say(Mood::Good, fill(t().stock_booked, &[&product.stock.to_string()]));
                }
                Err(refused) => {
                    problem.try_set(Some(refused));
                }
            }
            pending.try_set(false);
        });
    };
    let reasons = [
        (StockReason::Received, t().reason_received, "reason-received"),
        (StockReason::Counted, t().reason_counted, "reason-counted"),
        (StockReason::Damaged, t().reason_damaged, "reason-damaged"),
        (StockReason::Lost, t().reason_lost, "reason-lost"),
        (StockReason::Other, t().reason_other, "reason-other"),
    ];
    let reasons = reasons.into_iter().map(|(reason, word, test)| (reason, word.to_owned(), test)).collect();
    view! {
        <div class="stock-now"><span class="soft">{t().stock}</span><strong data-test="product-stock"><Count of=stock/></strong></div>
        <Field label=t().stock_by value=by hint=t().stock_by_hint.to_owned() kind=FieldKind::Decimal error=Signal::derive(move || quantity.get().err())
            insist=insist unit=Signal::stored(unit.symbol().to_owned()) on_enter=Callback::new(book) test="stock-quantity"/>
        <Segment label=t().reason choices=reasons chosen=reason on_choose=move |chosen| reason.set(chosen)/>
        <Field label=t().note value=note error=note_fault insist=insist most=NOTE_AT_MOST on_enter=Callback::new(book) test="stock-note"/>
        <FaultOf problem test="stock-problem"/>
        <div class="foot"><span class="spread soft" role="status">{after}</span><Button label=t().stock_book pending=pending on_press=book test="stock-book"/></div>
    }
}
