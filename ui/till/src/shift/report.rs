//! An X or Z report as figures: what was sold, and what the drawer holds. Each figure stands once.

use crate::text::t;
use crate::till::use_till;
use duka_api::till::{ShiftReport, TaxLine};
use duka_core::Money;
use duka_ui_kit::{Amount, Banner, Mood, shown_plain, written_rate};
use leptos::prelude::*;

/// Who, when, and what was sold and given back.
#[component]
pub fn Figures(
    /// The report.
    report: ShiftReport,
) -> impl IntoView {
    let till = use_till();
    let moment = move |at| till.local(at).date_time();
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
            {number(t().aborted, report.aborted)}
            {number(t().reprints, report.reprints)}
            {figure(t().perpetual, report.perpetual_gross, "report-perpetual")}
        </dl>
        {(!report.taxes.is_empty()).then(|| view! { <Taxes taxes=report.taxes/> })}
    }
}

/// What the drawer held at first, should hold and holds.
#[component]
pub fn Drawer(
    /// The report.
    report: ShiftReport,
) -> impl IntoView {
    view! {
        <dl class="facts">
            {figure(t().float, report.shift.float, "report-float")}
            <dt>{t().expected_cash}<small>{t().expected_cash_how}</small></dt><dd data-test="report-expected"><Amount of=report.expected_cash/></dd>
            {report.counted_cash.map(|counted| figure(t().counted_cash, counted, "report-counted"))}
            {report.difference.map(|difference| figure(t().difference, difference, "report-difference"))}
        </dl>
    }
}

/// The difference in words: whether the drawer holds what it should, and what a difference can come from.
#[component]
pub fn DrawerNews(
    /// Counted less expected.
    difference: Option<Money>,
) -> impl IntoView {
    difference.map(|difference| {
        let (mood, title, body) = if difference.is_zero() {
            (Mood::Good, t().drawer_fits, t().drawer_fits_meaning)
        } else if difference.is_negative() {
            (Mood::Warn, t().drawer_short, t().drawer_short_meaning)
        } else {
            (Mood::Warn, t().drawer_over, t().drawer_over_meaning)
        };
        view! { <Banner mood title body=body.to_owned() test="difference"/> }
    })
}

#[component]
fn Taxes(
    /// Per rate.
    taxes: Vec<TaxLine>,
) -> impl IntoView {
    let row = |tax: TaxLine| {
        view! {
            <tr>
                <td><bdi dir="ltr">{written_rate(tax.rate)}"%"</bdi></td>
                <td class="number"><bdi class="money" dir="ltr">{shown_plain(tax.net)}</bdi></td>
                <td class="number"><bdi class="money" dir="ltr">{shown_plain(tax.tax)}</bdi></td>
            </tr>
        }
    };
    view! {
        <table class="table">
            <thead><tr><th scope="col">{t().tax_rate}</th><th scope="col" class="number">{t().net}</th><th scope="col" class="number">{t().tax}</th></tr></thead>
            <tbody>{taxes.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}

fn figure(name: &'static str, amount: Money, test: &'static str) -> impl IntoView {
    view! { <dt>{name}</dt><dd data-test=test><Amount of=amount/></dd> }
}

fn counted(name: &'static str, count: u64, amount: Money, test: &'static str) -> impl IntoView {
    view! { <dt>{name}" · "<bdi>{count.to_string()}</bdi></dt><dd data-test=test><Amount of=amount/></dd> }
}

fn number(name: &'static str, count: u64) -> impl IntoView {
    view! { <dt>{name}</dt><dd><bdi class="quantity" dir="ltr">{count.to_string()}</bdi></dd> }
}
