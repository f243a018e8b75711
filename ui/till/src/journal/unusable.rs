//! A database that cannot be used: what is the matter, that nothing was thrown away, and what can be done.

use super::mending::Mending;
use super::restore::Corrupt;
use crate::problem::{ProblemBanner, open_logs};
use crate::text::{fill, t};
use crate::till::{Stage, use_till};
use duka_api::Problem;
use duka_api::till::Database;
use duka_ui_kit::{Banner, Button, ButtonKind, Mood};
use leptos::prelude::*;

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
                <ProblemBanner problem test="trouble-problem"/>
                <Again/>
            </section>
        </main>
    }
}

/// The database is corrupt, newer than this program, or in use.
#[component]
pub fn Unusable(
    /// How it is.
    database: Database,
) -> impl IntoView {
    let content = match database {
        Database::Open => ().into_any(),
        Database::Mending { done } => view! { <Mending done/> }.into_any(),
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
        till.ask_state();
    };
    view! {
        <div class="foot">
            <Button label=t().open_logs kind=ButtonKind::Quiet on_press=|()| open_logs() test="open-logs"/>
            <Button label=t().try_again kind=ButtonKind::Primary on_press=again test="trouble-retry"/>
        </div>
    }
}
