//! Receipts, newest first: find one, look at it, print it again, refund it.

use crate::backend;
use crate::fault::FaultOf;
use crate::page::Page;
use crate::receipt::ReceiptPane;
use crate::text::{fill, t};
use crate::till::{Screen, use_till};
use duka_api::Problem;
use duka_api::till::{Receipt, ReceiptKind, ReceiptQuery, ReceiptRef, ReceiptSummary};
use duka_ui_kit::{Amount, Button, Empty, Field, FieldKind, Icon, More, focus_on};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The list, and the receipt that was picked from it.
#[component]
pub fn Receipts(
    /// Looking for the receipt of a refund.
    to_refund: bool,
) -> impl IntoView {
    let till = use_till();
    let find = RwSignal::new(String::new());
    let rows = RwSignal::new(None::<Vec<ReceiptSummary>>);
    let (next, pending) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let problem = RwSignal::new(None::<Problem>);
    let picked = RwSignal::new(None::<Receipt>);
    let pick = move |summary: ReceiptSummary| {
        problem.set(None);
        spawn_local(async move {
            match backend::receipt_get(&ReceiptRef { receipt: summary.receipt }).await {
                Ok(receipt) => {
                    picked.try_set(Some(receipt));
                }
                Err(refused) => {
                    problem.try_set(Some(refused));
                }
            }
        });
    };
    let load = move |find_now: String, after: Option<String>| {
        pending.set(true);
        spawn_local(async move {
            let first_page = after.is_none();
            let answer = backend::receipt_list(&ReceiptQuery { find: find_now.trim().to_owned(), after }).await;
            // The text went on meanwhile: its own answer is coming.
            if find.try_get_untracked().as_ref() != Some(&find_now) {
                return;
            }
            match answer {
                Ok(page) => {
                    // One that was asked for by its number or code is shown at once.
                    if first_page && !find_now.trim().is_empty() && page.rows.len() == 1 {
                        page.rows.first().cloned().into_iter().for_each(pick);
                    }
                    rows.update(|rows| {
                        let rows = rows.get_or_insert_default();
                        if first_page {
                            rows.clear();
                        }
                        rows.extend(page.rows);
                    });
                    next.set(page.next);
                    problem.set(None);
                }
                Err(refused) => problem.set(Some(refused)),
            }
            pending.set(false);
        });
    };
    Effect::new(move |_| load(find.get(), None));
    till.take_scans(move |code| find.set(code));
    request_animation_frame(|| {
        focus_on("[data-test=receipts-find]");
    });
    let row = move |summary: ReceiptSummary| {
        let of = summary.clone();
        let number = summary.receipt;
        view! {
            <tr tabindex="0" data-test="receipt-row" aria-selected=move || if picked.with(|picked| picked.as_ref().is_some_and(|picked| picked.summary.receipt == number)) { "true" } else { "false" }
                on:click={let of = of.clone(); move |_| pick(of.clone())}
                on:keydown=move |event| if event.key() == "Enter" { event.prevent_default(); pick(of.clone()); }>
                <td><b><bdi dir="ltr">{summary.number.clone()}</bdi></b><small><bdi dir="ltr">{summary.at.date_time()}</bdi></small></td>
                <td><Kinds summary=summary.clone()/></td>
                <td class="number"><b><Amount of=signed(&summary)/></b></td>
            </tr>
        }
    };
    let list = move || {
        rows.get().map(|rows| {
            if rows.is_empty() && find.with(|find| find.trim().is_empty()) {
                return view! { <Empty icon=Icon::Receipt title=t().no_receipts body=t().no_receipts_how/> }.into_any();
            }
            if rows.is_empty() {
                return view! { <Empty icon=Icon::Search title=t().no_receipt_found body=t().no_receipt_found_how/> }.into_any();
            }
            view! {
                <table class="table receipt-rows">
                    <thead class="unseen"><tr><th scope="col">{t().receipt}</th><th scope="col">{t().kind}</th><th scope="col">{t().total}</th></tr></thead>
                    <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
                </table>
            }
            .into_any()
        })
    };
    let more = move |()| load(find.get_untracked(), next.get_untracked());
    let unlinked = move || {
        to_refund.then(|| view! { <Button label=t().refund_unlinked key="F6" icon=Icon::Refund on_press=move |()| till.go(Screen::RefundUnlinked) test="refund-unlinked"/> })
    };
    view! {
        <Page title=if to_refund { t().refund_find } else { t().receipts } deeds=unlinked>
            <div class="master">
                <section class="pane list">
                    <Field label=t().receipts_find value=find kind=FieldKind::Code hint=t().receipts_find_hint.to_owned() test="receipts-find"/>
                    <FaultOf problem test="receipts-problem"/>
                    <div class="scroll">
                        {list}
                        <More label=t().load_more there_is=Signal::derive(move || next.with(Option::is_some)) pending=pending on_more=more/>
                    </div>
                </section>
                <section class="pane detail">
                    {move || match picked.get() {
                        Some(receipt) => view! { <ReceiptPane receipt/> }.into_any(),
                        None => view! { <Empty icon=Icon::Receipt title=t().pick_receipt body=t().pick_receipt_how/> }.into_any(),
                    }}
                </section>
            </div>
        </Page>
    }
}

/// Refunds go out.
pub fn signed(summary: &ReceiptSummary) -> duka_core::Money {
    match summary.kind {
        ReceiptKind::Sale => summary.gross,
        ReceiptKind::Refund => summary.gross.negated(),
    }
}

/// What kind of receipt, and what became of it.
#[component]
pub fn Kinds(
    /// The receipt.
    summary: ReceiptSummary,
) -> impl IntoView {
    let lines = fill(t().lines_count, &[&summary.lines.to_string()]);
    view! {
        <span class="tags">
            {(summary.kind == ReceiptKind::Refund).then(|| view! { <span class="tag warn">{t().refund}</span> })}
            {summary.refunded.then(|| view! { <span class="tag warn">{t().refunded}</span> })}
            {(!summary.synced).then(|| view! { <span class="tag">{t().waits_for_server}</span> })}
            <span class="soft">{lines}</span>
        </span>
    }
}
