//! An X or Z report as figures, and the drawer's difference in words.

use crate::text::{fill, t};
use crate::till::use_till;
use duka_api::till::ShiftReport;
use duka_core::Money;
use duka_ui_kit::{Amount, Banner, Mood, shown};
use leptos::prelude::*;

/// The figures.
#[component]
pub fn Report(
    /// The report.
    report: ShiftReport,
) -> impl IntoView {
    let till = use_till();
    let moment = move |at| till.local(at).date_time();
    let figure = |name: &'static str, amount: Money, test: &'static str| {
        view! { <dt>{name}</dt><dd data-test=test><Amount of=amount/></dd> }
    };
    let counted = |name: &'static str, count: u64, amount: Money, test: &'static str| {
        view! { <dt>{name}" · "<bdi>{count.to_string()}</bdi></dt><dd data-test=test><Amount of=amount/></dd> }
    };
    let taxes = report.taxes.into_iter().map(|tax| {
        view! { <tr><td><bdi dir="ltr">{tax.rate.to_string()}</bdi></td><td class="number"><Amount of=tax.net plain=true/></td><td class="number"><Amount of=tax.tax plain=true/></td></tr> }
    });
    view! {
        <dl class="facts report">
            {report.z_number.map(|number| view! { <dt>{t().z_number}</dt><dd data-test="z-number"><bdi dir="ltr">{number.to_string()}</bdi></dd> })}
            <dt>{t().operator}</dt><dd><bdi>{report.shift.operator}</bdi></dd>
            <dt>{t().opened_at}</dt><dd><bdi dir="ltr">{moment(report.shift.opened_at)}</bdi></dd>
            {report.closed_at.map(|at| view! { <dt>{t().closed_at}</dt><dd><bdi dir="ltr">{moment(at)}</bdi></dd> })}
        </dl>
        <dl class="facts report">
            {counted(t().sales, report.sales, report.sales_gross, "report-sales")}
            {counted(t().refunds, report.refunds, report.refunds_gross, "report-refunds")}
            <dt>{t().aborted}</dt><dd>{report.aborted.to_string()}</dd>
            <dt>{t().reprints}</dt><dd>{report.reprints.to_string()}</dd>
        </dl>
        <table class="table">
            <thead><tr><th scope="col">{t().tax_rate}</th><th scope="col" class="number">{t().net}</th><th scope="col" class="number">{t().tax}</th></tr></thead>
            <tbody>{taxes.collect_view()}</tbody>
        </table>
        <dl class="facts report">
            {figure(t().float, report.shift.float, "report-float")}
            {figure(t().expected_cash, report.expected_cash, "report-expected")}
            {report.counted_cash.map(|counted| figure(t().counted_cash, counted, "report-counted"))}
            {report.difference.map(|difference| figure(t().difference, difference, "report-difference"))}
            {figure(t().perpetual, report.perpetual_gross, "report-perpetual")}
        </dl>
    }
}

/// The difference, explained: how the expected cash comes about, and what a difference can be.
#[component]
pub fn Difference(
    /// A Z report.
    report: ShiftReport,
) -> impl IntoView {
    let (Some(counted), Some(difference)) = (report.counted_cash, report.difference) else { return ().into_any() };
    let size = shown(if difference.is_negative() { difference.negated() } else { difference });
    let (mood, title, body) = if difference.is_zero() {
        (Mood::Good, t().drawer_fits.to_owned(), t().drawer_fits_meaning)
    } else if difference.is_negative() {
        (Mood::Warn, fill(t().drawer_short, &[&size]), t().drawer_short_meaning)
    } else {
        (Mood::Warn, fill(t().drawer_over, &[&size]), t().drawer_over_meaning)
    };
    let step = |sign: &'static str, name: &'static str, amount: Money| {
        view! { <li><span aria-hidden="true" class="sign">{sign}</span><span>{name}</span><b><Amount of=amount/></b></li> }
    };
    view! {
        <h2>{t().the_drawer}</h2>
        <Banner mood title body=body.to_owned() test="difference"/>
        <ul class="sum-up">
            {step("", t().float, report.shift.float)}
            {step("+", t().sales, report.sales_gross)}
            {step("−", t().refunds, report.refunds_gross)}
            {step("=", t().expected_cash, report.expected_cash)}
            {step("", t().counted_cash, counted)}
        </ul>
    }
    .into_any()
}
