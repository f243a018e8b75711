//! Receipts, newest first, and the one that was picked.

use super::{ReceiptPane, signed};
use crate::backend;
use crate::page::{Page, focus_first};
use crate::problem::{ProblemBanner, ProblemOf};
use crate::text::{count, fill, t};
use crate::till::{Screen, use_till};
use duka_api::Problem;
use duka_api::till::{Receipt, ReceiptKind, ReceiptQuery, ReceiptRef, ReceiptSummary};
use duka_core::ReceiptId;
use duka_ui_kit::{Amount, Button, Column, Empty, Field, FieldKind, Icon, PagedList, Pages};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What is looked for, what was found, and what was picked. Copies are the same.
#[derive(Clone, Copy)]
struct Looking {
    find: RwSignal<String>,
    pages: Pages<ReceiptSummary, Problem>,
    /// The one that was asked for last, and the one that is shown.
    wanted: RwSignal<Option<ReceiptId>>,
    picked: RwSignal<Option<Receipt>>,
    problem: RwSignal<Option<Problem>>,
}

impl Looking {
    fn new() -> Self {
        let find = RwSignal::new(String::new());
        let looking = Self {
            find,
            pages: Pages::new(Signal::derive(move || find.get().trim().to_owned()), |find, after| async move {
                backend::receipt_list(&ReceiptQuery { find, after }).await.map(|page| (page.rows, page.next))
            }),
            wanted: RwSignal::new(None),
            picked: RwSignal::new(None),
            problem: RwSignal::new(None),
        };
        looking.show_the_only_one();
        looking
    }

    /// One that was asked for by its number or code is shown at once.
    fn show_the_only_one(self) {
        Effect::new(move |_| {
            if let Some(only) = self.pages.only_row()
                && self.find.with_untracked(|find| !find.trim().is_empty())
            {
                self.pick(only.receipt);
            }
        });
    }

    fn pick(self, receipt: ReceiptId) {
        self.wanted.set(Some(receipt));
        self.problem.set(None);
        spawn_local(async move {
            let answer = backend::receipt_get(&ReceiptRef { receipt }).await;
            // Another was picked meanwhile, or the screen is gone.
            if self.wanted.try_get_untracked().flatten() != Some(receipt) {
                return;
            }
            match answer {
                Ok(receipt) => self.picked.set(Some(receipt)),
                Err(problem) => self.problem.set(Some(problem)),
            }
        });
    }

    fn is_picked(self, receipt: ReceiptId) -> bool {
        self.picked.with(|picked| picked.as_ref().is_some_and(|picked| picked.summary.receipt == receipt))
    }
}

/// The list, and the receipt that was picked from it.
#[component]
pub fn Receipts(
    /// Looking for the receipt of a refund.
    to_refund: bool,
) -> impl IntoView {
    let till = use_till();
    let looking = Looking::new();
    till.take_scans(move |code| looking.find.set(code));
    focus_first("[data-test=receipts-find]");
    let unlinked = move || {
        to_refund.then(|| view! { <Button label=t().refund_unlinked key="F6" icon=Icon::Refund on_press=move |()| till.go(Screen::RefundUnlinked) test="refund-unlinked"/> })
    };
    let picked = move || match looking.picked.get() {
        Some(receipt) => view! { <ReceiptPane receipt/> }.into_any(),
        None => view! { <Empty icon=Icon::Receipt title=t().pick_receipt body=t().pick_receipt_how/> }.into_any(),
    };
    view! {
        <Page title=if to_refund { t().refund_find } else { t().receipts } deeds=unlinked>
            <div class="master">
                <section class="pane list">
                    <PagedList pages=looking.pages columns=vec![Column::Words(t().receipt), Column::Words(t().kind), Column::Figures(t().total)] bare=true
                        cells=|summary| cells(summary).into_any() on_open=move |summary: ReceiptSummary| looking.pick(summary.receipt)
                        selected=move |summary: ReceiptSummary| looking.is_picked(summary.receipt)
                        empty=move || view! { <Nothing looking/> } problem=|problem| view! { <ProblemBanner problem test="receipts-problem"/> }.into_any()
                        loading=t().loading more=t().load_more retry=t().try_again row_test="receipt-row">
                        <Field label=t().receipts_find value=looking.find kind=FieldKind::Code hint=t().receipts_find_hint.to_owned() test="receipts-find"/>
                    </PagedList>
                </section>
                <section class="pane detail"><ProblemOf problem=looking.problem test="receipt-problem"/>{picked}</section>
            </div>
        </Page>
    }
}

/// Nothing was found, or nothing is there yet.
#[component]
fn Nothing(
    /// What was looked for.
    looking: Looking,
) -> impl IntoView {
    let till = use_till();
    move || {
        if looking.find.with(|find| find.trim().is_empty()) {
            view! {
                <Empty icon=Icon::Receipt title=t().no_receipts body=t().no_receipts_how>
                    <Button label=t().to_selling on_press=move |()| till.go(Screen::Sell) test="receipts-first"/>
                </Empty>
            }
            .into_any()
        } else {
            view! { <Empty icon=Icon::Search title=t().no_receipt_found body=t().no_receipt_found_how/> }.into_any()
        }
    }
}

fn cells(summary: ReceiptSummary) -> impl IntoView {
    let amount = signed(&summary);
    let printed = summary.printed.clone().map(|printed| view! { <small>{fill(t().printed_as, &[&printed])}</small> });
    view! {
        <td><b><bdi dir="ltr">{summary.number.clone()}</bdi></b>{printed}<small><bdi dir="ltr">{summary.at.date_time()}</bdi></small></td>
        <td><Kinds summary/></td>
        <td class="number"><b><Amount of=amount/></b></td>
    }
}

/// What kind of receipt, and what became of it.
#[component]
pub fn Kinds(
    /// The receipt.
    summary: ReceiptSummary,
) -> impl IntoView {
    let lines = count(u64::from(summary.lines), t().line_count, t().lines_count);
    view! {
        <span class="tags">
            {(summary.kind == ReceiptKind::Refund).then(|| view! { <span class="tag warn">{t().refund}</span> })}
            {summary.refunded.then(|| view! { <span class="tag warn">{t().refunded}</span> })}
            {(!summary.synced).then(|| view! { <span class="tag">{t().waits_for_server}</span> })}
            <span class="soft">{lines}</span>
        </span>
    }
}
