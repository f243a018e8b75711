//! How a problem is told: what happened, what to do, and the rest for the technician.

use crate::backend;
use crate::text::{problem_text, t};
use duka_api::Problem;
use duka_ui_kit::{Banner, Mood};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A problem as a banner.
#[component]
pub fn ProblemBanner(
    /// What went wrong.
    problem: Problem,
    /// Its name for tests.
    test: &'static str,
    /// Puts it away.
    #[prop(optional, into)]
    close: Option<Callback<()>>,
) -> impl IntoView {
    let trace = problem.trace_id.as_ref().map(|id| format!(" · {id}")).unwrap_or_default();
    let code = serde_json::to_string(&problem.code).unwrap_or_default();
    let details = format!("{}{trace}: {}", code.trim_matches('"'), problem.detail);
    let (title, deed) = problem_text(&problem);
    let close = close.map(|close| (t().close.to_owned(), close));
    view! { <Banner mood=Mood::Bad title=title body=deed details=(t().details.to_owned(), details) nostrip:close=close test=test/> }
}

/// What went wrong with a sheet or page, as long as it did.
#[component]
pub fn ProblemOf(
    /// The problem, if any.
    problem: RwSignal<Option<Problem>>,
    /// Its name for tests.
    test: &'static str,
) -> impl IntoView {
    move || problem.get().map(|problem| view! { <ProblemBanner problem test/> })
}

/// Shows the folder with the program's log, where a technician finds more.
pub fn open_logs() {
    spawn_local(async move {
        // Where no file manager opens there is nothing to show; the engine logs why.
        let _no_file_manager = backend::open_log_folder().await;
    });
}
