//! What both refunds share: how much is given back, why, and doing it once however often it is tried.

use crate::backend;
use crate::basket::{BasketState, use_basket};
use crate::identity::refund_id;
use crate::limit;
use crate::problem::ProblemOf;
use crate::request::Request;
use crate::text::t;
use crate::till::{Over, Till};
use duka_api::till::{Refund, RefundLines};
use duka_core::{Money, ReceiptId};
use duka_ui_kit::{Button, ButtonKind, Field, Icon, Tone, focus_on, play, shown};
use leptos::prelude::*;

/// A refund that is being made up. Copies are the same.
#[derive(Clone, Copy)]
pub struct Giving {
    /// One id for this refund, however often it is tried (I2).
    id: ReceiptId,
    till: Till,
    basket: BasketState,
    reason: RwSignal<String>,
    reason_is_needed: bool,
    insist: RwSignal<bool>,
    request: Request,
    /// How much is given back; none while something is wrong with the lines.
    total: Signal<Option<Money>>,
    /// Why it cannot be given back now.
    not_yet: Signal<Option<String>>,
}

impl Giving {
    /// A refund that comes to `total`, as long as there is no reason against it.
    pub fn new(till: Till, reason_is_needed: bool, total: Signal<Option<Money>>, not_yet: Signal<Option<String>>) -> Self {
        let id = refund_id(untrack(|| till.now()).at);
        Self {
            id,
            till,
            basket: use_basket(),
            reason: RwSignal::new(String::new()),
            reason_is_needed,
            insist: RwSignal::new(false),
            request: Request::new(),
            total,
            not_yet,
        }
    }

    /// What went wrong while the lines were put together.
    pub fn fail(self, problem: duka_api::Problem) {
        self.request.problem.set(Some(problem));
    }

    fn reason_problem(self) -> Option<String> {
        let missing = self.reason_is_needed && self.reason.with(|reason| reason.trim().is_empty());
        missing.then(|| t().reason_missing.to_owned())
    }

    fn give(self, lines: RefundLines) {
        self.insist.set(true);
        if untrack(|| self.reason_problem()).is_some() {
            focus_on("[data-test=refund-reason]");
            return;
        }
        let (till, basket, reason) = (self.till, self.basket, self.reason.get_untracked().trim().to_owned());
        let refund = Refund { refund: self.id, lines, reason };
        self.request.ask(async move { backend::refund_complete(&refund).await }, move |done| {
            play(Tone::Done);
            till.unsaved.set(false);
            basket.take(done.basket.clone());
            till.open(Over::RefundDone(Box::new(done)));
        });
    }
}

/// The side of a refund's screen where it is given back.
#[component]
pub fn GivePane(
    /// The refund.
    giving: Giving,
    /// What is given back, once it is to be.
    lines: Callback<(), Option<RefundLines>>,
) -> impl IntoView {
    let give = move |()| {
        if let Some(lines) = untrack(|| lines.run(())) {
            giving.give(lines);
        }
    };
    let hint = if giving.reason_is_needed { t().reason_needed } else { t().reason_optional };
    view! {
        <section class="pane detail">
            <div class="change give-back" role="status" aria-live="polite">
                <small>{t().give_back}</small>
                <strong data-test="refund-total"><bdi class="money" dir="ltr">{move || giving.total.get().map_or_else(|| "–".to_owned(), shown)}</bdi></strong>
            </div>
            <Field label=t().reason value=giving.reason problem=Signal::derive(move || giving.reason_problem()) insist=giving.insist hint=hint.to_owned()
                most=limit::NOTE test="refund-reason"/>
            <ProblemOf problem=giving.request.problem test="refund-problem"/>
            <Button label=t().refund_now kind=ButtonKind::Primary icon=Icon::Refund reason=giving.not_yet pending=giving.request.pending on_press=give test="refund-confirm"/>
        </section>
    }
}
