//! Opening a shift: who is at the till, and the cash in the drawer.

use crate::backend;
use crate::basket::{BasketState, use_basket};
use crate::limit;
use crate::page::focus_first;
use crate::problem::ProblemOf;
use crate::request::Request;
use crate::text::t;
use crate::till::{Till, use_till};
use crate::typed::{Typed, amount};
use duka_api::till::OpenShift as OpenInput;
use duka_core::Money;
use duka_ui_kit::{Button, ButtonKind, Field, FieldKind, Keypad, focus_on};
use leptos::prelude::*;

/// The shift to be opened, as it is typed. Copies are the same.
#[derive(Clone, Copy)]
struct Opening {
    operator: RwSignal<String>,
    float: Typed<Money>,
    insist: RwSignal<bool>,
    request: Request,
}

impl Opening {
    fn new(till: Till) -> Self {
        Self {
            operator: RwSignal::new(String::new()),
            float: Typed::new(String::new(), move |text| amount(text, till.currency())),
            insist: RwSignal::new(false),
            request: Request::new(),
        }
    }

    fn operator_problem(self) -> Option<String> {
        self.operator.with(|name| name.trim().is_empty()).then(|| t().operator_missing.to_owned())
    }

    fn submit(self, till: Till, basket: BasketState) {
        self.insist.set(true);
        let (Some(float), None) = untrack(|| (self.float.value(), self.operator_problem())) else { return };
        let input = OpenInput { operator: self.operator.get_untracked().trim().to_owned(), float };
        self.request.ask(async move { backend::shift_open(&input).await }, move |state| {
            basket.notice.set(None);
            till.take_state(state);
        });
    }
}

/// What stands in place of the basket while no shift is open.
#[component]
pub fn OpenShift() -> impl IntoView {
    let (till, basket) = (use_till(), use_basket());
    let opening = Opening::new(till);
    let (float, insist) = (opening.float, opening.insist);
    let submit = Callback::new(move |()| opening.submit(till, basket));
    focus_first("[data-test=shift-operator]");
    view! {
        <div class="open-shift">
            <section class="card">
                <h1>{t().open_shift}</h1>
                <p class="soft">{t().open_shift_how}</p>
                <div class="two">
                    <div class="column">
                        <Field label=t().operator value=opening.operator problem=Signal::derive(move || opening.operator_problem()) insist=insist most=limit::OPERATOR
                            on_enter=Callback::new(|()| { focus_on("[data-test=shift-float]"); }) test="shift-operator"/>
                        <Field label=t().float value=float.text problem=float.problem() readings=float.readings() insist=insist hint=t().float_hint.to_owned()
                            kind=FieldKind::Decimal large=true unit=till.currency_code() on_enter=submit test="shift-float"/>
                        <ProblemOf problem=opening.request.problem test="shift-problem"/>
                        <Button label=t().open_shift kind=ButtonKind::Primary key="Enter" pending=opening.request.pending on_press=submit test="shift-open"/>
                    </div>
                    <Keypad value=float.text decimals=true erase=t().erase/>
                </div>
            </section>
        </div>
    }
}
