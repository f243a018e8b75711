//! Importing products from a file. It goes on while other screens are open, and ends with a report.

use crate::backend;
use crate::fault::Fault;
use crate::page::Page;
use crate::text::{fill, t};
use crate::till::{Importing, Screen, Till, use_till};
use duka_api::till::{ImportFile, ImportProgress, ImportReport};
use duka_ui_kit::{Banner, Button, ButtonKind, Field, FieldKind, Icon, Mood, focus_on};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How often an import that was not begun here is asked whether it has ended.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// Takes over how far an import is. One that nobody began here was interrupted by the till's last end and goes on by itself.
pub fn hear(till: Till, progress: ImportProgress) {
    match till.importing.get_untracked() {
        Importing::Running(_) => till.importing.set(Importing::Running(Some(progress))),
        Importing::Idle => {
            till.importing.set(Importing::Running(Some(progress)));
            set_timeout(move || follow(till), ASK_AGAIN);
        }
        Importing::Ended(_) => {}
    }
}

/// Asks whether an import is under way, when the screens begin.
pub fn ask(till: Till) {
    spawn_local(async move {
        // A till that cannot say so says it where its state is asked.
        if let Ok(Some(progress)) = backend::import_state().await
            && till.importing.get_untracked() == Importing::Idle
        {
            hear(till, progress);
        }
    });
}

/// Only the engine's log knows how an import ended that went on by itself; the screens know that it has.
fn follow(till: Till) {
    spawn_local(async move {
        if let Ok(Some(_)) = backend::import_state().await {
            set_timeout(move || follow(till), ASK_AGAIN);
            return;
        }
        till.importing.set(Importing::Idle);
        till.products_changed.update(|changed| *changed = changed.wrapping_add(1));
        till.say(Mood::Note, t().import_resumed_over);
    });
}

/// The screen.
#[component]
pub fn Import() -> impl IntoView {
    let till = use_till();
    let running = Memo::new(move |_| till.importing.with(|importing| matches!(importing, Importing::Running(_))));
    let insist = RwSignal::new(false);
    let missing = Signal::derive(move || till.import_path.with(|path| path.trim().is_empty()).then(|| t().path_missing.to_owned()));
    let start = move |()| {
        insist.set(true);
        if !running.get_untracked() && missing.get_untracked().is_none() {
            run(till);
        }
    };
    let browse = move |()| {
        spawn_local(async move {
            match backend::pick_file().await {
                Ok(Some(path)) => till.import_path.set(path),
                Ok(None) => {}
                Err(problem) => till.importing.set(Importing::Ended(Err(problem))),
            }
        });
    };
    request_animation_frame(|| {
        focus_on("[data-test=import-path]");
    });
    let outcome = move || match till.importing.get() {
        Importing::Idle => view! { <p class="soft">{t().import_columns}</p> }.into_any(),
        Importing::Running(progress) => view! { <Progress progress/> }.into_any(),
        Importing::Ended(Ok(report)) => view! { <Report report/> }.into_any(),
        Importing::Ended(Err(problem)) => view! { <Fault problem test="import-problem"/> }.into_any(),
    };
    view! {
        <Page title=t().import_products deeds=move || view! { <Button label=t().products on_press=move |()| till.go(Screen::Products) icon=Icon::Product/> }>
            <div class="single pane">
                <div class="import-file">
                    <Field label=t().import_path value=till.import_path error=missing insist=insist kind=FieldKind::Code disabled=running
                        hint=t().import_path_hint.to_owned() on_enter=Callback::new(start) test="import-path"/>
                    <Button label=t().browse on_press=browse disabled=running test="import-browse"/>
                    <Button label=t().import icon=Icon::Import kind=ButtonKind::Primary key="Enter" pending=running on_press=start test="import-start"/>
                </div>
                <div class="scroll column">{outcome}</div>
            </div>
        </Page>
    }
}

fn run(till: Till) {
    till.importing.set(Importing::Running(None));
    let path = till.import_path.get_untracked().trim().to_owned();
    spawn_local(async move {
        let outcome = backend::product_import(&ImportFile { path }).await;
        if till.screen.get_untracked() != Screen::Import {
            match &outcome {
                Ok(report) if report.fault_count == 0 => till.say(Mood::Good, t().import_done),
                Ok(_) | Err(_) => till.say(Mood::Bad, t().import_failed),
            }
        }
        till.products_changed.update(|changed| *changed = changed.wrapping_add(1));
        till.importing.set(Importing::Ended(outcome));
    });
}

#[component]
fn Progress(
    /// How far; none before the first row.
    progress: Option<ImportProgress>,
) -> impl IntoView {
    let (done, total) = progress.map_or((0, 0), |progress| (progress.done, progress.total));
    let words = if total == 0 { t().import_reading.to_owned() } else { fill(t().import_rows, &[&done.to_string(), &total.to_string()]) };
    view! {
        <div class="progress" data-test="import-progress">
            <label for="import-bar">{words}</label>
            <progress id="import-bar" max=total.max(1) value=(total > 0).then_some(done)></progress>
            <p class="soft">{t().import_can_leave}</p>
        </div>
    }
}

#[component]
fn Report(
    /// What was done and what was not.
    report: ImportReport,
) -> impl IntoView {
    let failed = report.fault_count > 0;
    let title = if failed {
        fill(t().import_refused, &[&report.fault_count.to_string()])
    } else {
        fill(t().import_took, &[&report.rows.to_string()])
    };
    let body = if failed { t().import_refused_meaning } else { "" };
    let mood = if failed { Mood::Bad } else { Mood::Good };
    let shown = report.faults.len();
    let cut =
        u64::try_from(shown).is_ok_and(|shown| shown < report.fault_count).then(|| fill(t().import_first_faults, &[&shown.to_string()]));
    let figure = |name: &'static str, count: u64| view! { <dt>{name}</dt><dd>{count.to_string()}</dd> };
    let faults = report.faults.into_iter().map(|fault| {
        view! {
            <tr data-test="import-fault">
                <td class="number"><bdi dir="ltr">{fault.row.to_string()}</bdi></td><td><bdi>{fault.column}</bdi></td><td dir="auto">{fault.detail}</td>
            </tr>
        }
    });
    view! {
        <div class="column" data-test="import-report">
            <Banner mood title body=body.to_owned()/>
            {(!failed).then(|| view! {
                <dl class="facts">
                    {figure(t().rows, report.rows)}{figure(t().import_added, report.added)}{figure(t().import_changed, report.changed)}{figure(t().import_unchanged, report.unchanged)}
                </dl>
            })}
            {failed.then(|| view! {
                <table class="table">
                    <thead><tr><th scope="col" class="number">{t().row}</th><th scope="col">{t().column}</th><th scope="col">{t().what_is_wrong}</th></tr></thead>
                    <tbody>{faults.collect_view()}</tbody>
                </table>
            })}
            {cut.map(|cut| view! { <p class="soft">{cut}</p> })}
        </div>
    }
}
