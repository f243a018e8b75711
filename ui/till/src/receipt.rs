//! One receipt in full.

use crate::done::print_copy;
use crate::fault::FaultOf;
use crate::receipts::Kinds;
use crate::sell::per_unit;
use crate::text::{fill, t};
use crate::till::{Screen, use_till};
use duka_api::till::{Receipt, ReceiptKind, ReceiptLine};
use duka_ui_kit::{Amount, Button, ButtonKind, Icon, shown_plain};
use leptos::prelude::*;

/// The receipt, and what can be done with it.
#[component]
pub fn ReceiptPane(
    /// The receipt.
    receipt: Receipt,
) -> impl IntoView {
    let till = use_till();
    let pending = RwSignal::new(false);
    let (id, summary) = (receipt.summary.receipt, receipt.summary.clone());
    let refundable = summary.kind == ReceiptKind::Sale && !summary.refunded;
    let to_refund = receipt.clone();
    let refund = move |()| till.go(Screen::Refund(Box::new(to_refund.clone())));
    let sums = (summary.kind == ReceiptKind::Sale).then(|| {
        view! { <dt>{t().cash}</dt><dd><Amount of=receipt.tendered/></dd><dt>{t().change}</dt><dd><Amount of=receipt.change/></dd> }
    });
    let reason = (!receipt.reason.is_empty()).then(|| view! { <p><b>{t().reason}": "</b><bdi>{receipt.reason.clone()}</bdi></p> });
    view! {
        <div class="receipt">
            <header>
                <h2 data-test="receipt-number"><bdi dir="ltr">{summary.number.clone()}</bdi></h2>
                <span class="soft"><bdi dir="ltr">{summary.at.date_time()}</bdi></span>
                <Kinds summary=summary.clone()/>
            </header>
            {reason}
            <ul class="receipt-lines">{receipt.lines.into_iter().map(|line| view! { <Line line/> }).collect_view()}</ul>
            <dl class="facts">
                <dt>{t().tax_included}</dt><dd><Amount of=receipt.tax/></dd>
                {sums}
                <dt class="big">{t().total}</dt><dd class="big"><Amount of=summary.gross/></dd>
            </dl>
            <FaultOf problem=till.fault test="receipt-problem"/>
            <div class="foot">
                <Button label=t().print_copy icon=Icon::Printer pending=pending on_press=move |()| print_copy(till, id, pending) test="receipt-reprint"/>
                {refundable.then(|| view! { <Button label=t().refund kind=ButtonKind::Primary icon=Icon::Refund on_press=refund test="receipt-refund"/> })}
            </div>
        </div>
    }
}

#[component]
fn Line(
    /// A line of it.
    line: ReceiptLine,
) -> impl IntoView {
    let each = format!("{} × {}{}", line.quantity.decimal(), shown_plain(line.unit_price), per_unit(line.quantity.unit()));
    let off = (!line.discount.is_zero()).then(|| view! { " · "<bdi dir="ltr">{shown_plain(line.discount.negated())}</bdi> });
    let note = (!line.note.is_empty()).then(|| view! { " · "<bdi>{line.note.clone()}</bdi> });
    let back =
        line.refunded.is_positive().then(|| view! { <span class="tag warn">{fill(t().refunded_of, &[&line.refunded.to_string()])}</span> });
    view! {
        <li>
            <div><b><bdi>{line.name}</bdi></b><small><bdi dir="ltr">{each}</bdi>{off}{note}</small>{back}</div>
            <Amount of=line.gross plain=true/>
        </li>
    }
}
