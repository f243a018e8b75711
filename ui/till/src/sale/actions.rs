//! The keys along the bottom, and the one that pays.

use crate::basket::{Job, enqueue, on_line, remove_line};
use crate::text::t;
use crate::till::{Over, Screen, use_till};
use duka_ui_kit::{ActionKey, Amount, Button, ButtonKind};
use leptos::prelude::*;

/// The bottom row of the sell screen.
#[component]
pub fn Actions() -> impl IntoView {
    let till = use_till();
    let selling = Memo::new(move |_| till.in_shift());
    let closed = move || (!selling.get()).then(|| t().no_shift.to_owned());
    let no_line = Signal::derive(move || closed().or_else(|| till.basket.selected_line().is_none().then(|| t().no_line.to_owned())));
    let nothing = Signal::derive(move || closed().or_else(|| (!till.basket.has_lines()).then(|| t().nothing_to_pay.to_owned())));
    let due = move || till.basket.due().filter(|due| !due.is_zero()).map(|due| view! { <Amount of=due/> });
    view! {
        <nav class="actions" aria-label=t().actions>
            <ActionKey label=t().quantity key="F2" reason=no_line on_press=move |()| on_line(till, Over::Quantity) test="act-quantity"/>
            <ActionKey label=t().discount key="F3" reason=no_line on_press=move |()| on_line(till, Over::Discount) test="act-discount"/>
            <ActionKey label=t().note key="F4" reason=no_line on_press=move |()| on_line(till, Over::Note) test="act-note"/>
            <ActionKey label=t().remove key="Del" reason=no_line on_press=move |()| remove_line(till) test="act-remove"/>
            <ActionKey label=t().receipts key="F5" on_press=move |()| till.go(Screen::Receipts(false)) test="act-receipts"/>
            <ActionKey label=t().refund key="F6" on_press=move |()| till.go(Screen::Receipts(true)) test="act-refund"/>
            <ActionKey label=t().products key="F7" on_press=move |()| till.go(Screen::Products) test="act-products"/>
            <ActionKey label=t().shift key="F8" on_press=move |()| till.go(Screen::Shift(None)) test="act-shift"/>
            <ActionKey label=t().more key="F9" on_press=move |()| till.go(Screen::Settings) test="act-more"/>
            <Button label=t().pay kind=ButtonKind::Final key="F12" reason=nothing on_press=move |()| enqueue(till, Job::OpenTender) test="pay">{due}</Button>
        </nav>
    }
}
