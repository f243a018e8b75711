//! The keys along the bottom, and the one that pays.

use super::tender::use_tender;
use crate::basket::use_basket;
use crate::text::t;
use crate::till::{Over, Screen, use_till};
use duka_ui_kit::{ActionKey, Amount, Button, ButtonKind};
use leptos::prelude::*;

/// The bottom row of the sell screen.
#[component]
pub fn Actions() -> impl IntoView {
    let (till, basket, tender) = (use_till(), use_basket(), use_tender());
    let selling = Memo::new(move |_| till.in_shift());
    let closed = move || (!selling.get()).then(|| t().no_shift.to_owned());
    let no_line = Signal::derive(move || closed().or_else(|| basket.selected_line().is_none().then(|| t().no_line.to_owned())));
    let revoked = Memo::new(move |_| till.is_revoked());
    let barred = move || revoked.get().then(|| t().till_is_revoked.to_owned());
    let nothing = Signal::derive(move || barred().or_else(closed).or_else(|| (!basket.has_lines()).then(|| t().nothing_to_pay.to_owned())));
    let due = move || basket.due().filter(|due| !due.is_zero()).map(|due| view! { <Amount of=due/> });
    view! {
        <nav class="actions" aria-label=t().actions>
            <ActionKey label=t().quantity key="F2" reason=no_line on_press=move |()| basket.on_selected(Over::Quantity) test="act-quantity"/>
            <ActionKey label=t().discount key="F3" reason=no_line on_press=move |()| basket.on_selected(Over::Discount) test="act-discount"/>
            <ActionKey label=t().note key="F4" reason=no_line on_press=move |()| basket.on_selected(Over::Note) test="act-note"/>
            <ActionKey label=t().remove key="Del" reason=no_line on_press=move |()| basket.remove_selected() test="act-remove"/>
            <ActionKey label=t().receipts key="F5" on_press=move |()| till.go(Screen::Receipts(false)) test="act-receipts"/>
            <ActionKey label=t().refund key="F6" on_press=move |()| till.go(Screen::Receipts(true)) test="act-refund"/>
            <ActionKey label=t().products key="F7" on_press=move |()| till.go(Screen::Products) test="act-products"/>
            <ActionKey label=t().shift key="F8" on_press=move |()| till.go(Screen::Shift(None)) test="act-shift"/>
            <ActionKey label=t().more key="F9" on_press=move |()| till.go(Screen::Settings) test="act-more"/>
            <Button label=t().pay kind=ButtonKind::Final key="F12" reason=nothing on_press=move |()| tender.open() test="pay">{due}</Button>
        </nav>
    }
}
