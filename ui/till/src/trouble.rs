//! A database that cannot be used: what is the matter, that nothing was thrown away, and what can be done.

use crate::app::ask_state;
use crate::backend;
use crate::fault::{Fault, FaultOf};
use crate::text::{fill, t};
use crate::till::{Stage, use_till};
use duka_api::Problem;
use duka_api::till::{Database, Restore};
use duka_ui_kit::{Banner, Button, ButtonKind, Field, FieldKind, Icon, Mood, focus_on};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The engine did not answer at all.
#[component]
pub fn Failed(
    /// What it said instead.
    problem: Problem,
) -> impl IntoView {
    view! {
        <main class="welcome">
            <section class="card" data-test="trouble">
                <h1>{t().cannot_start}</h1>
                <Fault problem test="trouble-problem"/>
                <Again/>
            </section>
        </main>
    }
}

/// The database is corrupt, newer than this program, or in use.
#[component]
pub fn Trouble(
    /// How it is.
    database: Database,
) -> impl IntoView {
    let content = match database {
        Database::Open => ().into_any(),
        Database::Corrupt { kept_as, detail } => view! { <Corrupt kept_as detail/> }.into_any(),
        Database::Newer { found, known } => {
            let versions = fill(t().newer_versions, &[&found.to_string(), &known.to_string()]);
            view! {
                <h1>{t().newer_title}</h1>
                <Banner mood=Mood::Warn title=versions body=t().newer_meaning.to_owned()/>
                <Again/>
            }
            .into_any()
        }
        Database::InUse => view! {
            <h1>{t().in_use_title}</h1>
            <Banner mood=Mood::Warn title=t().in_use body=t().in_use_meaning.to_owned()/>
            <Again/>
        }
        .into_any(),
    };
    view! { <main class="welcome"><section class="card" data-test="trouble">{content}</section></main> }
}

#[component]
fn Again() -> impl IntoView {
    let till = use_till();
    let again = move |()| {
        till.stage.set(Stage::Starting);
        ask_state(till);
    };
    view! {
        <div class="foot">
            <Button label=t().open_logs kind=ButtonKind::Quiet on_press=|()| crate::settings::open_logs() test="open-logs"/>
            <Button label=t().try_again kind=ButtonKind::Primary on_press=again test="trouble-retry"/>
        </div>
    }
}

#[component]
fn Corrupt(
    /// Where the damaged file was kept.
    kept_as: String,
    /// What is wrong, for the technician.
    detail: String,
) -> impl IntoView {
    let till = use_till();
    let (path, insist) = (RwSignal::new(String::new()), RwSignal::new(false));
    let (pending, problem) = (RwSignal::new(false), RwSignal::new(None::<Problem>));
    let missing = Signal::derive(move || path.with(|path| path.trim().is_empty()).then(|| t().path_missing.to_owned()));
    let restore = move |how: Restore| {
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        problem.set(None);
        spawn_local(async move {
            match backend::restore(&how).await {
                Ok(state) => till.take_state(state),
                Err(refused) => problem.set(Some(refused)),
            }
            pending.try_set(false);
        });
    };
    let from_backup = move |()| {
        insist.set(true);
        let path = path.get_untracked().trim().to_owned();
        if !path.is_empty() {
            restore(Restore::FromBackup { path });
        }
    };
    let browse = move |()| {
        spawn_local(async move {
            match backend::pick_file().await {
                Ok(Some(picked)) => path.set(picked),
                Ok(None) => {}
                Err(refused) => problem.set(Some(refused)),
            }
        });
    };
    request_animation_frame(|| {
        focus_on("[data-test=restore-server]");
    });
    view! {
        <h1>{t().corrupt_title}</h1>
        <Banner mood=Mood::Bad title=t().corrupt body=fill(t().corrupt_kept, &[&kept_as]) details=(t().details.to_owned(), detail)/>
        <div class="ways">
            <section>
                <h2>{t().restore_server}</h2>
                <p class="soft">{t().restore_server_meaning}</p>
                <Button label=t().restore_server kind=ButtonKind::Primary icon=Icon::Syncing pending=pending
                    on_press=move |()| restore(Restore::FromServer) test="restore-server"/>
            </section>
            <section>
                <h2>{t().restore_backup}</h2>
                <p class="soft">{t().restore_backup_meaning}</p>
                <Field label=t().backup_path value=path error=missing insist=insist kind=FieldKind::Code on_enter=Callback::new(from_backup) test="restore-path"/>
                <div class="foot">
                    <Button label=t().browse on_press=browse test="restore-browse"/>
                    <Button label=t().restore_backup pending=pending on_press=from_backup test="restore-backup"/>
                </div>
            </section>
        </div>
        <FaultOf problem test="restore-problem"/>
    }
}
