//! The stock of a product by the books, and a correction of it.

mod correction;

use crate::limit;
use crate::problem::ProblemOf;
use crate::text::{fill, t};
use crate::till::use_till;
use correction::Correction;
use duka_api::till::{Product, StockReason};
use duka_core::Quantity;
use duka_ui_kit::{Button, Count, Field, FieldKind, Segment, shown_quantity};
use leptos::prelude::*;

/// The stock, and a correction of it.
#[component]
pub fn Stock(
    /// Of what.
    product: Product,
) -> impl IntoView {
    let till = use_till();
    let correction = Correction::new(&product);
    let (by, unit) = (correction.by, Signal::stored(product.fields.unit.symbol().to_owned()));
    let book = Callback::new(move |()| correction.book(till));
    let after = move || correction.after().map(|after| fill(t().stock_after, &[&shown_quantity(after)]));
    let reasons = [
        (StockReason::Received, t().reason_received, "reason-received"),
        (StockReason::Counted, t().reason_counted, "reason-counted"),
        (StockReason::Damaged, t().reason_damaged, "reason-damaged"),
        (StockReason::Lost, t().reason_lost, "reason-lost"),
        (StockReason::Other, t().reason_other, "reason-other"),
    ];
    let reasons = reasons.into_iter().map(|(reason, word, test)| (reason, word.to_owned(), test)).collect();
    view! {
        <div class="stock-now"><span class="soft">{t().stock}</span><strong data-test="product-stock"><Count of=correction.stock/></strong></div>
        <OtherUnits of=product.other_stock.clone()/>
        <Field label=t().stock_by value=by.text hint=t().stock_by_hint.to_owned() kind=FieldKind::Decimal problem=by.problem() readings=by.readings()
            insist=correction.insist unit=unit on_enter=book test="stock-quantity"/>
        <Segment label=t().reason choices=reasons chosen=correction.reason on_choose=move |chosen| correction.reason.set(chosen)/>
        <Field label=t().note value=correction.note problem=Signal::derive(move || correction.note_problem()) insist=correction.insist most=limit::NOTE
            on_enter=book test="stock-note"/>
        <ProblemOf problem=correction.request.problem test="stock-problem"/>
        <div class="foot">
            <span class="spread soft" role="status">{after}</span>
            <Button label=t().stock_book pending=correction.request.pending on_press=book test="stock-book"/>
        </div>
    }
}

/// What is left in units that the product was counted in before: it is not lost, and not added to the other.
#[component]
pub fn OtherUnits(
    /// In each of them.
    of: Vec<Quantity>,
) -> impl IntoView {
    let quantities: Vec<String> = of.into_iter().map(shown_quantity).collect();
    (!quantities.is_empty()).then(|| view! { <small class="other-units">{fill(t().stock_other, &[&quantities.join(" · ")])}</small> })
}
