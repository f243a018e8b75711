//! Counting the drawer, which ends the shift; it is asked once whether the count is final.

use crate::backend;
use crate::page::focus_first;
use crate::problem::ProblemOf;
use crate::request::Request;
use crate::text::t;
use crate::till::{Screen, Till, use_till};
use crate::typed::{Typed, amount};
use duka_api::till::CloseShift;
use duka_core::Money;
use duka_ui_kit::{Banner, Button, ButtonKind, Field, FieldKind, Keypad, Mood, focus_on};
use leptos::prelude::*;

/// The count as it is typed. Copies are the same.
#[derive(Clone, Copy)]
struct Counting {
    counted: Typed<Money>,
    insist: RwSignal<bool>,
    /// Whether it is asked if the count is final.
    asking: RwSignal<bool>,
    request: Request,
}

impl Counting {
    fn new(till: Till) -> Self {
        let counting = Self {
            counted: Typed::new(String::new(), move |text| amount(text, till.currency())),
            insist: RwSignal::new(false),
            asking: RwSignal::new(false),
            request: Request::new(),
        };
        // Another figure is another question.
        Effect::new(move |_| {
            counting.counted.text.track();
            counting.asking.set(false);
        });
        counting
    }

    fn ask(self) {
        self.insist.set(true);
        if untrack(|| self.counted.value()).is_some() {
            self.asking.set(true);
            request_animation_frame(|| {
                focus_on("[data-test=shift-close-confirm]");
            });
        }
    }

    fn close(self, till: Till) {
        let Some(counted) = untrack(|| self.counted.value()) else { return };
        self.request.ask(async move { backend::shift_close(&CloseShift { counted }).await }, move |report| {
            till.shift.set(None);
            till.go(Screen::Shift(Some(Box::new(report))));
        });
    }
}

/// Where the drawer's cash is entered.
#[component]
pub fn CountDrawer() -> impl IntoView {
    let till = use_till();
    let counting = Counting::new(till);
    let counted = counting.counted;
    let ask = Callback::new(move |()| counting.ask());
    focus_first("[data-test=shift-counted]");
    let last = move || {
        if !counting.asking.get() {
            return view! { <Button label=t().close_shift kind=ButtonKind::Primary key="Enter" on_press=ask test="shift-close"/> }
                .into_any();
        }
        view! {
            <Banner mood=Mood::Warn title=t().close_shift_sure body=t().close_shift_meaning.to_owned()>
                <Button label=t().close_shift kind=ButtonKind::Primary key="Enter" pending=counting.request.pending on_press=move |()| counting.close(till) test="shift-close-confirm"/>
            </Banner>
        }
        .into_any()
    };
    view! {
        <p class="soft">{t().close_shift_how}</p>
        <Field label=t().counted value=counted.text problem=counted.problem() readings=counted.readings() insist=counting.insist kind=FieldKind::Decimal large=true
            unit=till.currency_code() on_enter=ask test="shift-counted"/>
        <Keypad value=counted.text decimals=true erase=t().erase/>
        <ProblemOf problem=counting.request.problem test="close-problem"/>
        {last}
    }
}
