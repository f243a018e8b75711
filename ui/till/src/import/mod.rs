//! Importing products from a file: how it is going. It goes on while other screens are open, and ends with a report.

mod page;
mod report;

pub use page::Import;

use crate::backend;
use crate::request::Request;
use crate::text::t;
use crate::till::{Screen, Till};
use duka_api::Problem;
use duka_api::till::{ImportFile, ImportProgress, ImportReport};
use duka_core::NumberForm;
use duka_ui_kit::Mood;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How often an import that was not begun here is asked whether it has ended.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// How an import is going.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Importing {
    /// None was begun.
    #[default]
    Idle,
    /// It is going on.
    Running(Option<ImportProgress>),
    /// The file's amounts can be read in two ways: nothing was imported until a person says which.
    Asking,
    /// A person ended it; what was done until then.
    Cancelled(ImportReport),
    /// It ended.
    Ended(Result<ImportReport, Problem>),
}

/// The import of this till. Copies are the same.
#[derive(Clone, Copy)]
pub struct ImportState {
    till: Till,
    pub stage: RwSignal<Importing>,
    /// Of the file that was imported last.
    pub path: RwSignal<String>,
    /// Ending it before its time.
    pub cancelling: Request,
}

impl ImportState {
    /// None was begun.
    pub fn new(till: Till) -> Self {
        Self { till, stage: RwSignal::new(Importing::Idle), path: RwSignal::new(String::new()), cancelling: Request::new() }
    }

    /// Whether one is going on.
    pub fn is_running(self) -> bool {
        self.stage.with(|stage| matches!(stage, Importing::Running(_)))
    }

    /// How far it is in percent, while it is going on.
    pub fn percent(self) -> Option<u64> {
        self.stage.with(|stage| match stage {
            Importing::Running(progress) => Some(
                progress.filter(|progress| progress.total > 0).map_or(0, |progress| progress.done.saturating_mul(100) / progress.total),
            ),
            Importing::Idle | Importing::Asking | Importing::Cancelled(_) | Importing::Ended(_) => None,
        })
    }

    /// Takes over how far an import is. One that nobody began here was interrupted by the till's last end and goes on by itself.
    pub fn hear(self, progress: ImportProgress) {
        match self.stage.get_untracked() {
            Importing::Running(_) => self.stage.set(Importing::Running(Some(progress))),
            Importing::Idle => {
                self.stage.set(Importing::Running(Some(progress)));
                set_timeout(move || self.follow(), ASK_AGAIN);
            }
            Importing::Asking | Importing::Cancelled(_) | Importing::Ended(_) => {}
        }
    }

    /// Asks whether an import is under way, when the screens begin.
    pub fn ask(self) {
        spawn_local(async move {
            // A till that cannot say so says it where its state is asked.
            if let Ok(Some(progress)) = backend::import_state().await
                && self.stage.get_untracked() == Importing::Idle
            {
                self.hear(progress);
            }
        });
    }

    /// Only the engine's log knows how an import ended that went on by itself; the screens know that it has.
    fn follow(self) {
        spawn_local(async move {
            let going_on = matches!(backend::import_state().await, Ok(Some(_)));
            if !untrack(|| self.is_running()) {
                // It was cancelled meanwhile, and that was told.
            } else if going_on {
                set_timeout(move || self.follow(), ASK_AGAIN);
            } else {
                self.stage.set(Importing::Idle);
                self.till.products_may_have_changed();
                self.till.say(Mood::Note, t().import_resumed_over);
            }
        });
    }

    /// Imports the file that is named; its amounts are written in `number_form`, or as the file itself makes plain.
    pub fn run(self, number_form: Option<NumberForm>) {
        self.stage.set(Importing::Running(None));
        self.cancelling.problem.set(None);
        let path = self.path.get_untracked().trim().to_owned();
        spawn_local(async move {
            let outcome = backend::product_import(&ImportFile { path, number_form }).await;
            self.till.products_may_have_changed();
            // A cancelled import has told its end already.
            if untrack(|| self.is_running()) {
                self.end(outcome);
            }
        });
    }

    fn end(self, outcome: Result<ImportReport, Problem>) {
        let asking = outcome.as_ref().is_ok_and(|report| report.ask_number_form);
        if self.till.screen.get_untracked() != Screen::Import {
            match &outcome {
                Ok(_) if asking => self.till.say(Mood::Warn, t().import_asks),
                Ok(report) if report.fault_count == 0 => self.till.say(Mood::Good, t().import_done),
                Ok(_) | Err(_) => self.till.say(Mood::Bad, t().import_failed),
            }
        }
        self.stage.set(if asking { Importing::Asking } else { Importing::Ended(outcome) });
    }

    /// Ends the import before its time, however its steps fare.
    pub fn cancel(self) {
        self.cancelling.ask(backend::import_cancel(), move |report| {
            self.till.products_may_have_changed();
            self.stage.set(Importing::Cancelled(report));
        });
    }
}

/// The import of the till that the calling component is part of.
pub fn use_import() -> ImportState {
    expect_context()
}
