//! Opening a shift, looking at it, closing it.

use crate::backend;
use crate::fault::FaultOf;
use crate::page::Page;
use crate::shift_report::Report;
use crate::text::{fill, t};
use crate::till::{Screen, use_till};
use duka_api::Problem;
use duka_api::till::{CloseShift, OpenShift as OpenInput, ShiftReport};
use duka_core::{Currency, Money, NumberForm};
use duka_ui_kit::{Banner, Button, ButtonKind, Field, FieldKind, Keypad, Mood, focus_on};
use leptos::prelude::*;
use leptos::task::spawn_local;

const OPERATOR_AT_MOST: u32 = 60;

/// Reads an amount of cash in a drawer.
fn cash(text: &str, currency: Option<Currency>) -> Result<Money, String> {
    let currency = currency.ok_or_else(|| t().not_enrolled.to_owned())?;
    if text.trim().is_empty() {
        return Err(t().amount_missing.to_owned());
    }
    match Money::parse(text, currency, NumberForm::default()) {
        Err(error) => Err(error.to_string()),
        Ok(amount) if amount.is_negative() => Err(t().amount_negative.to_owned()),
        Ok(amount) => Ok(amount),
    }
}

/// What stands in place of the basket while no shift is open.
#[component]
pub fn OpenShift() -> impl IntoView {
    let till = use_till();
    let (operator, float) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (insist, pending, problem) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(None::<Problem>));
    let operator_fault = Signal::derive(move || operator.with(|name| name.trim().is_empty()).then(|| t().operator_missing.to_owned()));
    let amount = Signal::derive(move || cash(&float.get(), till.currency()));
    let submit = move |()| {
        insist.set(true);
        let Ok(float) = amount.get_untracked() else { return };
        if pending.get_untracked() || operator_fault.get_untracked().is_some() {
            return;
        }
        pending.set(true);
        problem.set(None);
        let input = OpenInput { operator: operator.get_untracked().trim().to_owned(), float };
        spawn_local(async move {
            match backend::shift_open(&input).await {
                Ok(state) => {
                    till.notice.set(None);
                    till.take_state(state);
                }
                Err(refused) => problem.set(Some(refused)),
            }
            pending.try_set(false);
        });
    };
    request_animation_frame(|| {
        focus_on("[data-test=shift-operator]");
    });
    view! {
        <div class="open-shift">
            <section class="card">
                <h1>{t().open_shift}</h1>
                <p class="soft">{t().open_shift_how}</p>
                <div class="two">
                    <div class="column">
                        <Field label=t().operator value=operator error=operator_fault insist=insist most=OPERATOR_AT_MOST
                            on_enter=Callback::new(|()| { focus_on("[data-test=shift-float]"); }) test="shift-operator"/>
                        <Field label=t().float value=float error=Signal::derive(move || amount.get().err()) insist=insist hint=t().float_hint.to_owned()
                            kind=FieldKind::Decimal large=true unit=Signal::derive(move || till.currency().map(|currency| currency.code().to_owned()).unwrap_or_default())
                            on_enter=Callback::new(submit) test="shift-float"/>
                        <FaultOf problem test="shift-problem"/>
                        <Button label=t().open_shift kind=ButtonKind::Primary key="Enter" pending=pending on_press=submit test="shift-open"/>
                    </div>
                    <Keypad value=float decimals=true erase=t().erase/>
                </div>
            </section>
        </div>
    }
}

/// The shift as it is (X), or the report that closed it (Z).
#[component]
pub fn ShiftPage(
    /// The Z report, right after closing.
    closed: Option<ShiftReport>,
) -> impl IntoView {
    let till = use_till();
    match closed {
        Some(report) => view! { <Closed report/> }.into_any(),
        None if till.shift.with_untracked(Option::is_none) => view! { <Page title=t().shift><OpenShiftElsewhere/></Page> }.into_any(),
        None => view! { <Current/> }.into_any(),
    }
}

#[component]
fn OpenShiftElsewhere() -> impl IntoView {
    let till = use_till();
    // Opening leads straight to selling.
    Effect::new(move |_| {
        if till.shift.with(Option::is_some) {
            till.go(Screen::Sell);
        }
    });
    view! { <OpenShift/> }
}

#[component]
fn Current() -> impl IntoView {
    let till = use_till();
    let report = RwSignal::new(None::<ShiftReport>);
    let problem = RwSignal::new(None::<Problem>);
    spawn_local(async move {
        match backend::shift_report().await {
            Ok(now) => {
                report.try_set(Some(now));
            }
            Err(refused) => {
                problem.try_set(Some(refused));
            }
        }
    });
    view! {
        <Page title=t().shift>
            <div class="halves">
                <section class="pane">
                    <h2>{t().x_report}</h2>
                    <FaultOf problem test="report-problem"/>
                    {move || report.get().map(|report| view! { <Report report/> })}
                </section>
                <section class="pane">
                    <h2>{t().close_shift}</h2>
                    <Show when=move || till.has_lines()><Banner mood=Mood::Warn title=t().basket_not_empty body=t().basket_not_empty_how.to_owned()/></Show>
                    <CountDrawer/>
                </section>
            </div>
        </Page>
    }
}

/// Counting the drawer ends the shift; it is asked once whether the count is final.
#[component]
fn CountDrawer() -> impl IntoView {
    let till = use_till();
    let counted = RwSignal::new(String::new());
    let (insist, sure) = (RwSignal::new(false), RwSignal::new(false));
    let (pending, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    let amount = Signal::derive(move || cash(&counted.get(), till.currency()));
    Effect::new(move |_| {
        counted.track();
        sure.set(false);
    });
    let ask = move |()| {
        insist.set(true);
        if amount.get_untracked().is_ok() {
            sure.set(true);
            request_animation_frame(|| {
                focus_on("[data-test=shift-close-confirm]");
            });
        }
    };
    let close = move |()| {
        let Ok(counted) = amount.get_untracked() else { return };
        pending.set(true);
        problem.set(None);
        spawn_local(async move {
            match backend::shift_close(&CloseShift { counted }).await {
                Ok(report) => {
                    till.shift.set(None);
                    till.go(Screen::Shift(Some(Box::new(report))));
                }
                Err(refused) => problem.set(Some(refused)),
            }
            pending.try_set(false);
        });
    };
    request_animation_frame(|| {
        focus_on("[data-test=shift-counted]");
    });
    view! {
        <p class="soft">{t().close_shift_how}</p>
        <Field label=t().counted value=counted error=Signal::derive(move || amount.get().err()) insist=insist kind=FieldKind::Decimal large=true
            unit=Signal::derive(move || till.currency().map(|currency| currency.code().to_owned()).unwrap_or_default())
            on_enter=Callback::new(ask) test="shift-counted"/>
        <Keypad value=counted decimals=true erase=t().erase/>
        <FaultOf problem test="close-problem"/>
        {move || if sure.get() {
            let counted = amount.get().map(duka_ui_kit::shown).unwrap_or_default();
            view! {
                <Banner mood=Mood::Warn title=fill(t().close_shift_sure, &[&counted]) body=t().close_shift_meaning.to_owned()>
                    <Button label=t().close_shift kind=ButtonKind::Primary key="Enter" pending=pending on_press=close test="shift-close-confirm"/>
                </Banner>
            }.into_any()
        } else {
            view! { <Button label=t().close_shift kind=ButtonKind::Primary key="Enter" on_press=ask test="shift-close"/> }.into_any()
        }}
    }
}

#[component]
fn Closed(
    /// The Z report.
    report: ShiftReport,
) -> impl IntoView {
    let till = use_till();
    request_animation_frame(|| {
        focus_on("[data-test=shift-next]");
    });
    view! {
        <Page title=t().shift_closed>
            <div class="halves">
                <section class="pane"><h2>{t().z_report}</h2><Report report=report.clone()/></section>
                <section class="pane">
                    <crate::shift_report::Difference report/>
                    <Button label=t().open_next_shift kind=ButtonKind::Primary key="Enter" on_press=move |()| till.go(Screen::Sell) test="shift-next"/>
                </section>
            </div>
        </Page>
    }
}
