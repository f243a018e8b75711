//! Starting over after a damaged database: from the server, or from a backup.

use crate::backend;
use crate::page::focus_first;
use crate::problem::ProblemOf;
use crate::request::Request;
use crate::text::{fill, t};
use crate::till::{Till, use_till};
use duka_api::till::Restore;
use duka_ui_kit::{Banner, Button, ButtonKind, Field, FieldKind, Icon, Mood};
use leptos::prelude::*;

/// The way back that is chosen. Copies are the same.
#[derive(Clone, Copy)]
struct Restoring {
    /// Of the backup.
    path: RwSignal<String>,
    insist: RwSignal<bool>,
    request: Request,
    browsing: Request,
}

impl Restoring {
    fn new() -> Self {
        Self { path: RwSignal::new(String::new()), insist: RwSignal::new(false), request: Request::new(), browsing: Request::new() }
    }

    fn path_problem(self) -> Option<String> {
        self.path.with(|path| path.trim().is_empty()).then(|| t().path_missing.to_owned())
    }

    fn browse(self) {
        self.browsing.ask(backend::pick_file(), move |picked| {
            if let Some(picked) = picked {
                self.path.try_set(picked);
            }
        });
    }

    fn take_from_server(self, till: Till) {
        self.restore(till, Restore::FromServer);
    }

    fn take_from_backup(self, till: Till) {
        self.insist.set(true);
        if untrack(|| self.path_problem()).is_none() {
            self.restore(till, Restore::FromBackup { path: self.path.get_untracked().trim().to_owned() });
        }
    }

    fn restore(self, till: Till, how: Restore) {
        self.request.ask(async move { backend::restore(&how).await }, move |state| till.take_state(state));
    }
}

/// The database is damaged: it was kept, and there are two ways back.
#[component]
pub fn Corrupt(
    /// Where the damaged file was kept.
    kept_as: String,
    /// What is wrong, for the technician.
    detail: String,
) -> impl IntoView {
    let till = use_till();
    let restoring = Restoring::new();
    let pending = restoring.request.pending;
    let from_backup = Callback::new(move |()| restoring.take_from_backup(till));
    focus_first("[data-test=restore-server]");
    view! {
        <h1>{t().corrupt_title}</h1>
        <Banner mood=Mood::Bad title=t().corrupt body=fill(t().corrupt_kept, &[&kept_as]) details=(t().details.to_owned(), detail)/>
        <div class="ways">
            <section>
                <h2>{t().restore_server}</h2>
                <p class="soft">{t().restore_server_meaning}</p>
                <Button label=t().restore_server kind=ButtonKind::Primary icon=Icon::Syncing pending=pending
                    on_press=move |()| restoring.take_from_server(till) test="restore-server"/>
            </section>
            <section>
                <h2>{t().restore_backup}</h2>
                <p class="soft">{t().restore_backup_meaning}</p>
                <Field label=t().backup_path value=restoring.path problem=Signal::derive(move || restoring.path_problem()) insist=restoring.insist
                    kind=FieldKind::Code on_enter=from_backup test="restore-path"/>
                <div class="foot">
                    <Button label=t().browse pending=restoring.browsing.pending on_press=move |()| restoring.browse() test="restore-browse"/>
                    <Button label=t().restore_backup pending=pending on_press=from_backup test="restore-backup"/>
                </div>
            </section>
        </div>
        <ProblemOf problem=restoring.browsing.problem test="restore-problem"/>
        <ProblemOf problem=restoring.request.problem test="restore-problem"/>
    }
}
