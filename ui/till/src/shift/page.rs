//! The shift as it is (X), or the report that closed it (Z).

use super::count::CountDrawer;
use super::open::OpenShift;
use super::report::{Drawer, DrawerNews, Figures};
use crate::backend;
use crate::basket::use_basket;
use crate::page::{Page, focus_first};
use crate::problem::ProblemOf;
use crate::request::Request;
use crate::text::t;
use crate::till::{Screen, use_till};
use duka_api::till::ShiftReport;
use duka_ui_kit::{Banner, Button, ButtonKind, Mood};
use leptos::prelude::*;

/// The shift's screen.
#[component]
pub fn ShiftPage(
    /// The Z report, right after closing.
    closed: Option<ShiftReport>,
) -> impl IntoView {
    let till = use_till();
    match closed {
        Some(report) => view! { <Closed report/> }.into_any(),
        None if !untrack(|| till.in_shift()) => view! { <Page title=t().shift><OpenThenSell/></Page> }.into_any(),
        None => view! { <Current/> }.into_any(),
    }
}

/// Opening a shift here leads straight to selling.
#[component]
fn OpenThenSell() -> impl IntoView {
    let till = use_till();
    Effect::new(move |_| {
        if till.in_shift() {
            till.go(Screen::Sell);
        }
    });
    view! { <OpenShift/> }
}

#[component]
fn Current() -> impl IntoView {
    let basket = use_basket();
    let (report, request) = (RwSignal::new(None::<ShiftReport>), Request::new());
    request.ask(backend::shift_report(), move |now| drop(report.try_set(Some(now))));
    view! {
        <Page title=t().shift>
            <div class="halves">
                <section class="pane">
                    <h2>{t().x_report}</h2>
                    <ProblemOf problem=request.problem test="report-problem"/>
                    {move || report.get().map(|report| view! { <Figures report=report.clone()/> <h2>{t().the_drawer}</h2> <Drawer report/> })}
                </section>
                <section class="pane">
                    <h2>{t().close_shift}</h2>
                    <Show when=move || basket.has_lines()>
                        <Banner mood=Mood::Warn title=t().basket_not_empty body=t().basket_not_empty_how.to_owned()/>
                    </Show>
                    <CountDrawer/>
                </section>
            </div>
        </Page>
    }
}

#[component]
fn Closed(
    /// The Z report.
    report: ShiftReport,
) -> impl IntoView {
    let till = use_till();
    focus_first("[data-test=shift-next]");
    view! {
        <Page title=t().shift_closed>
            <div class="halves">
                <section class="pane"><h2>{t().z_report}</h2><Figures report=report.clone()/></section>
                <section class="pane">
                    <h2>{t().the_drawer}</h2>
                    <DrawerNews difference=report.difference/>
                    <Drawer report/>
                    <Button label=t().open_next_shift kind=ButtonKind::Primary key="Enter" on_press=move |()| till.go(Screen::Sell) test="shift-next"/>
                </section>
            </div>
        </Page>
    }
}
