//! One receipt in full.

use super::{Kinds, not_refundable, print_copy};
use crate::problem::ProblemOf;
use crate::request::Request;
use crate::text::{fill, t};
use crate::till::{Screen, use_till};
use duka_api::till::{Receipt, ReceiptKind, ReceiptLine};
use duka_ui_kit::{Amount, Button, ButtonKind, Icon, per_unit, shown_plain, shown_quantity};
use leptos::prelude::*;

/// The receipt, and what can be done with it.
#[component]
pub fn ReceiptPane(
    /// The receipt.
    receipt: Receipt,
) -> impl IntoView {
    let till = use_till();
    let request = Request::new();
    let (id, summary) = (receipt.summary.receipt, receipt.summary.clone());
    let reason = not_refundable(&summary);
    let to_refund = receipt.clone();
    let refund = move |()| till.go(Screen::Refund(Box::new(to_refund.clone())));
    let sums = (summary.kind == ReceiptKind::Sale).then(|| {
        view! { <dt>{t().cash}</dt><dd><Amount of=receipt.tendered/></dd><dt>{t().change}</dt><dd><Amount of=receipt.change/></dd> }
    });
    let why = (!receipt.reason.is_empty()).then(|| view! { <p><b>{t().reason}": "</b><bdi>{receipt.reason.clone()}</bdi></p> });
    view! {
        <div class="receipt">
            <header>
                <h2 data-test="receipt-number"><bdi dir="ltr">{summary.number.clone()}</bdi></h2>
                {summary.printed.clone().map(|printed| view! { <p class="soft" data-test="receipt-printed">{fill(t().printed_as, &[&printed])}</p> })}
                <span class="soft"><bdi dir="ltr">{summary.at.date_time()}</bdi></span>
                <Kinds summary=summary.clone()/>
            </header>
            {why}
            <ul class="receipt-lines">{receipt.lines.into_iter().map(|line| view! { <Line line/> }).collect_view()}</ul>
            <dl class="facts">
                <dt>{t().tax_included}</dt><dd><Amount of=receipt.tax/></dd>
                {sums}
                <dt class="big">{t().total}</dt><dd class="big"><Amount of=summary.gross/></dd>
            </dl>
            <ProblemOf problem=request.problem test="reprint-problem"/>
            <div class="foot">
                <Button label=t().print_copy icon=Icon::Printer pending=request.pending on_press=move |()| print_copy(till, id, request) test="receipt-reprint"/>
                <Button label=t().refund kind=ButtonKind::Primary icon=Icon::Refund reason=reason on_press=refund test="receipt-refund"/>
            </div>
        </div>
    }
}

#[component]
fn Line(
    /// A line of it.
    line: ReceiptLine,
) -> impl IntoView {
    let each = format!("{} × {}{}", shown_quantity(line.quantity), shown_plain(line.unit_price), per_unit(line.quantity.unit()));
    let off = (!line.discount.is_zero()).then(|| view! { " · "<bdi dir="ltr">{shown_plain(line.discount.negated())}</bdi> });
    let note = (!line.note.is_empty()).then(|| view! { " · "<bdi>{line.note.clone()}</bdi> });
    let back = line
        .refunded
        .is_positive()
        .then(|| view! { <span class="tag warn">{fill(t().refunded_of, &[&shown_quantity(line.refunded)])}</span> });
    view! {
        <li>
            <div class="what"><b><bdi>{line.name}</bdi></b><small><bdi dir="ltr">{each}</bdi>{off}{note}</small>{back}</div>
            <span class="sum"><Amount of=line.gross plain=true/></span>
        </li>
    }
}
