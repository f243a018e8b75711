//! Giving money back for lines of a receipt.

use crate::backend;
use crate::done::PrinterNews;
use crate::fault::FaultOf;
use crate::identity::refund_id;
use crate::page::Page;
use crate::text::{fill, t};
use crate::till::{Over, Screen, Till, use_till};
use duka_api::till::{Receipt, ReceiptLine, Refund as RefundInput, RefundDone as Done, RefundLines, RefundedLine};
use duka_core::{Money, Quantity};
use duka_pricing::{RefundShare, Refundable, refund_share};
use duka_ui_kit::{Amount, Button, ButtonKind, Count, Field, Glyph, Icon, Kbd, Sheet, Stepper, Tone, play};
use leptos::prelude::*;
use leptos::task::spawn_local;

const REASON_AT_MOST: u32 = 200;

/// A line, what is left of it, and how much of that comes back now.
#[derive(Clone)]
struct Part {
    line: ReceiptLine,
    left: Quantity,
    now: RwSignal<Quantity>,
}

impl Part {
    fn new(line: ReceiptLine) -> Option<Self> {
        let left = line.quantity.checked_sub(line.refunded).ok().filter(|left| left.is_positive())?;
        let zero = Quantity::try_new(0, left.unit()).ok()?;
        Some(Self { line, left, now: RwSignal::new(zero) })
    }

    /// What is given back for it, in minor units, by the money engine.
    fn gross(&self) -> i64 {
        let whole = Refundable {
            sold: self.line.quantity,
            gross: self.line.gross.minor(),
            tax: 0,
            refunded_thousandths: 0,
            refunded_gross: 0,
            refunded_tax: 0,
        };
        // What was given back before is what the same rule gave for it.
        let before = refund_share(whole, self.line.refunded).unwrap_or(RefundShare { gross: 0, tax: 0 }).gross;
        let rest = Refundable { refunded_thousandths: self.line.refunded.thousandths(), refunded_gross: before, ..whole };
        refund_share(rest, self.now.get()).map_or(0, |share| share.gross)
    }
}

/// Makes a refund and shows what to give back.
pub fn complete(till: Till, refund: RefundInput, pending: RwSignal<bool>) {
    pending.set(true);
    till.fault.set(None);
    spawn_local(async move {
        match backend::refund_complete(&refund).await {
            Ok(done) => {
                play(Tone::Done);
                till.unsaved.set(false);
                till.take_basket(done.basket.clone());
                till.open(Over::RefundDone(Box::new(done)));
            }
            Err(problem) => till.fault.set(Some(problem)),
        }
        pending.try_set(false);
    });
}

/// Which lines of a receipt come back, and how much of each.
#[component]
pub fn Refund(
    /// The receipt.
    receipt: Receipt,
) -> impl IntoView {
    let till = use_till();
    // One id for this refund, however often it is tried (I2).
    let id = refund_id(untrack(|| till.now()).at);
    let (reason, pending) = (RwSignal::new(String::new()), RwSignal::new(false));
    let of = receipt.summary.receipt;
    let currency = receipt.summary.gross.currency();
    let parts: Vec<Part> = receipt.lines.iter().cloned().filter_map(Part::new).collect();
    let gone = receipt.lines.iter().filter(|line| line.refunded == line.quantity).cloned().collect::<Vec<_>>();
    let parts = StoredValue::new(parts);
    let total = Memo::new(move |_| {
        let minor = parts.with_value(|parts| parts.iter().map(Part::gross).fold(0_i64, i64::saturating_add));
        Money::try_new(minor, currency).unwrap_or(Money::zero(currency))
    });
    let nothing = Signal::derive(move || parts.with_value(|parts| parts.iter().all(|part| part.now.get().is_zero())));
    till.keep_unsaved(move || !nothing.get());
    let all = move |()| parts.with_value(|parts| parts.iter().for_each(|part| part.now.set(part.left)));
    let confirm = move |()| {
        let lines = parts.with_value(|parts| {
            let chosen = parts.iter().filter(|part| part.now.get_untracked().is_positive());
            chosen.map(|part| RefundedLine { line: part.line.line, quantity: part.now.get_untracked() }).collect()
        });
        let reason = reason.get_untracked().trim().to_owned();
        complete(till, RefundInput { refund: id, lines: RefundLines::Receipt { receipt: of, lines }, reason }, pending);
    };
    let row = |part: Part| {
        let test = format!("refund-line-{}", part.line.line);
        let left = fill(t().of_quantity, &[&part.left.to_string()]);
        let gross = {
            let part = part.clone();
            move || Money::try_new(part.gross(), part.line.gross.currency()).unwrap_or(part.line.gross)
        };
        view! {
            <li>
                <div class="what"><b><bdi>{part.line.name}</bdi></b><small>{left}</small></div>
                <Stepper value=part.now most=part.left less=t().less more=t().one_more test=test/>
                <span class="sum"><Amount of=Signal::derive(gross) plain=true/></span>
            </li>
        }
    };
    let gone = gone.into_iter().map(|line| {
        view! { <li class="gone"><div class="what"><b><bdi>{line.name}</bdi></b></div><span class="tag warn">{t().refunded}</span><Count of=line.quantity/></li> }
    });
    view! {
        <Page title=t().refund_title deeds=move || view! { <Button label=t().refund_all on_press=all test="refund-all"/> }>
            <div class="master wide">
                <section class="pane list">
                    <h2><bdi dir="ltr">{receipt.summary.number.clone()}</bdi></h2>
                    <ul class="refund-lines scroll">{parts.get_value().into_iter().map(row).collect_view()}{gone.collect_view()}</ul>
                </section>
                <section class="pane detail">
                    <GiveBack total=Signal::derive(move || Some(total.get()))/>
                    <Field label=t().reason value=reason hint=t().reason_optional.to_owned() most=REASON_AT_MOST test="refund-reason"/>
                    <FaultOf problem=till.fault test="refund-problem"/>
                    <Button label=t().refund_now kind=ButtonKind::Primary icon=Icon::Refund disabled=nothing pending=pending on_press=confirm test="refund-confirm"/>
                </section>
            </div>
        </Page>
    }
}

/// What is to be given back, large.
#[component]
pub fn GiveBack(
    /// How much.
    total: Signal<Option<Money>>,
) -> impl IntoView {
    view! {
        <div class="change give-back" role="status" aria-live="polite">
            <small>{t().give_back}</small>
            <strong data-test="refund-total">{move || total.get().map(|total| view! { <Amount of=total/> })}</strong>
        </div>
    }
}

/// The refund is on disk: give the money back.
#[component]
pub fn RefundDone(
    /// The refund.
    done: Done,
) -> impl IntoView {
    let till = use_till();
    view! {
        <Sheet title=t().refund_done on_close=move |()| till.leave(Screen::Sell) close=t().close bare=true test="refund-done">
            <div class="done">
                <p class="done-title"><Glyph icon=Icon::Check/><span>{t().refund_done}</span><b data-test="refund-number"><bdi dir="ltr">{done.number}</bdi></b></p>
                <div class="change give-back" role="status"><small>{t().give_back}</small><strong data-test="refund-gross"><Amount of=done.gross/></strong></div>
                <PrinterNews/>
                <button type="button" class="done-key" data-test="refund-next" data-first="" on:click=move |_| till.leave(Screen::Sell)>
                    <span>{t().next_sale}</span><Kbd key="Enter"/>
                </button>
            </div>
        </Sheet>
    }
}
