//! How an import ended: what was done and what was not.

use crate::text::{fill, t};
use duka_api::till::{ImportReport, RowFault};
use duka_ui_kit::{Banner, Mood};
use leptos::prelude::*;

/// The report.
#[component]
pub fn Report(
    /// What was done and what was not.
    report: ImportReport,
    /// Whether a person ended it before its time.
    cancelled: bool,
) -> impl IntoView {
    let failed = report.fault_count > 0;
    let (mood, title, body) = news(&report, cancelled);
    let cut = u64::try_from(report.faults.len())
        .is_ok_and(|shown| shown < report.fault_count)
        .then(|| fill(t().import_first_faults, &[&report.faults.len().to_string()]));
    let figure =
        |name: &'static str, count: u64| view! { <dt>{name}</dt><dd><bdi class="quantity" dir="ltr">{count.to_string()}</bdi></dd> };
    view! {
        <div class="column" data-test="import-report">
            <Banner mood title body=body.to_owned()/>
            {(!failed).then(|| view! {
                <dl class="facts">
                    {figure(t().rows, report.rows)}
                    {figure(t().import_added, report.added)}
                    {figure(t().import_changed, report.changed)}
                    {figure(t().import_unchanged, report.unchanged)}
                </dl>
            })}
            {failed.then(|| view! { <Faults faults=report.faults/> })}
            {cut.map(|cut| view! { <p class="soft">{cut}</p> })}
        </div>
    }
}

fn news(report: &ImportReport, cancelled: bool) -> (Mood, String, &'static str) {
    if report.fault_count > 0 {
        return (Mood::Bad, fill(t().import_refused, &[&report.fault_count.to_string()]), t().import_refused_meaning);
    }
    if cancelled {
        let nothing_done = report.added == 0 && report.changed == 0;
        let meaning = if nothing_done { t().import_cancelled_nothing } else { t().import_cancelled_part };
        return (Mood::Warn, t().import_cancelled.to_owned(), meaning);
    }
    (Mood::Good, t().import_done.to_owned(), "")
}

#[component]
fn Faults(
    /// What is wrong, row by row.
    faults: Vec<RowFault>,
) -> impl IntoView {
    let row = |fault: RowFault| {
        view! {
            <tr data-test="import-fault">
                <td class="number"><bdi dir="ltr">{fault.row.to_string()}</bdi></td><td><bdi>{fault.column}</bdi></td><td dir="auto">{fault.detail}</td>
            </tr>
        }
    };
    view! {
        <table class="table">
            <thead><tr><th scope="col" class="number">{t().row}</th><th scope="col">{t().column}</th><th scope="col">{t().what_is_wrong}</th></tr></thead>
            <tbody>{faults.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}
