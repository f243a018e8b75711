//! The screen of the import.

use super::report::Report;
use super::{Importing, use_import};
use crate::backend;
use crate::page::{Page, focus_first};
use crate::problem::{ProblemBanner, ProblemOf};
use crate::text::{fill, t};
use crate::till::{Screen, use_till};
use duka_api::till::ImportProgress;
use duka_core::NumberForm;
use duka_ui_kit::{Banner, Button, ButtonKind, Field, FieldKind, Icon, Mood};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Which file, how far it is, and how it ended.
#[component]
pub fn Import() -> impl IntoView {
    let (till, import) = (use_till(), use_import());
    let running = Memo::new(move |_| import.is_running());
    let outcome = move || match import.stage.get() {
        Importing::Idle => view! { <p class="soft">{t().import_columns}</p> }.into_any(),
        Importing::Running(progress) => view! { <Progress progress/> }.into_any(),
        Importing::Asking => view! { <WhichForm/> }.into_any(),
        Importing::Cancelled(report) => view! { <Report report cancelled=true/> }.into_any(),
        Importing::Ended(Ok(report)) => view! { <Report report cancelled=false/> }.into_any(),
        Importing::Ended(Err(problem)) => view! { <ProblemBanner problem test="import-problem"/> }.into_any(),
    };
    let deeds = move || view! { <Button label=t().products on_press=move |()| till.go(Screen::Products) icon=Icon::Product/> };
    view! {
        <Page title=t().import_products deeds=deeds>
            <div class="single pane">
                // One file at a time: while one is imported, no other is asked for.
                <Show when=move || !running.get()><File/></Show>
                <div class="scroll column">{outcome}</div>
            </div>
        </Page>
    }
}

/// Which file.
#[component]
fn File() -> impl IntoView {
    let import = use_import();
    let insist = RwSignal::new(false);
    let missing = Signal::derive(move || import.path.with(|path| path.trim().is_empty()).then(|| t().path_missing.to_owned()));
    let start = move |()| {
        insist.set(true);
        if missing.get_untracked().is_none() {
            import.run(None);
        }
    };
    let browse = move |()| {
        spawn_local(async move {
            match backend::pick_file().await {
                Ok(Some(path)) => import.path.set(path),
                Ok(None) => {}
                Err(problem) => import.stage.set(Importing::Ended(Err(problem))),
            }
        });
    };
    focus_first("[data-test=import-path]");
    view! {
        <div class="import-file">
            <Field label=t().import_path value=import.path problem=missing insist=insist kind=FieldKind::Code hint=t().import_path_hint.to_owned()
                on_enter=Callback::new(start) test="import-path"/>
            <Button label=t().browse on_press=browse test="import-browse"/>
            <Button label=t().import icon=Icon::Import kind=ButtonKind::Primary key="Enter" on_press=start test="import-start"/>
        </div>
    }
}

/// How far it is, and a way out.
#[component]
fn Progress(
    /// How far; none before the first row.
    progress: Option<ImportProgress>,
) -> impl IntoView {
    let import = use_import();
    let (done, total) = progress.map_or((0, 0), |progress| (progress.done, progress.total));
    let words = if total == 0 { t().import_reading.to_owned() } else { fill(t().import_rows, &[&done.to_string(), &total.to_string()]) };
    view! {
        <div class="progress" data-test="import-progress">
            <label for="import-bar">{words}</label>
            <progress id="import-bar" max=total.max(1) value=(total > 0).then_some(done)></progress>
            <p class="soft">{t().import_can_leave}</p>
            <ProblemOf problem=import.cancelling.problem test="import-cancel-problem"/>
            <div class="foot"><Button label=t().import_cancel pending=import.cancelling.pending on_press=move |()| import.cancel() test="import-cancel"/></div>
        </div>
    }
}

/// How the file's amounts are written: what could be read in two ways is asked, never guessed. The keyboard stays in the file's field,
/// so that a second Enter asks again and answers nothing.
#[component]
fn WhichForm() -> impl IntoView {
    let import = use_import();
    let form = move |form: NumberForm, example: &'static str, test: &'static str| {
        view! {
            <button type="button" class="button large" data-test=test on:click=move |_| import.run(Some(form))><bdi class="money" dir="ltr">{example}</bdi></button>
        }
    };
    view! {
        <Banner mood=Mood::Warn title=t().which_form body=t().which_form_meaning.to_owned() test="import-form">
            {form(NumberForm::Point, "1,234.50", "import-form-point")}
            {form(NumberForm::Comma, "1.234,50", "import-form-comma")}
        </Banner>
    }
}
