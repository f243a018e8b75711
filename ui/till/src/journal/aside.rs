//! Entries that are held and count for nothing here, for a manager: who wrote them, when, and what is the matter.

use crate::backend;
use crate::problem::ProblemOf;
use crate::request::Request;
use crate::text::{fill, t};
use duka_api::till::{Aside, AsideEntry};
use duka_ui_kit::{Banner, Mood};
use leptos::prelude::*;

/// Those that there are; nothing where all counts.
#[component]
pub fn SetAside() -> impl IntoView {
    let (aside, request) = (RwSignal::new(Aside::default()), Request::new());
    request.ask(backend::journal_aside(), move |found| drop(aside.try_set(found)));
    let shown = move || {
        let Aside { flagged, waiting, entries } = aside.get();
        let news = |count: u64, mood: Mood, title: &str, body: &'static str, test: &'static str| {
            (count > 0).then(|| view! { <Banner mood title=fill(title, &[&count.to_string()]) body=body.to_owned() test=test/> })
        };
        (flagged > 0 || waiting > 0).then(|| {
            view! {
                <h2>{t().set_aside}</h2>
                {news(flagged, Mood::Warn, t().set_aside_flagged, t().set_aside_flagged_meaning, "aside-flagged")}
                {news(waiting, Mood::Note, t().set_aside_waiting, t().set_aside_waiting_meaning, "aside-waiting")}
                <ul class="told">{entries.into_iter().map(|entry| view! { <Entry entry/> }).collect_view()}</ul>
            }
        })
    };
    view! {
        {shown}
        <ProblemOf problem=request.problem test="aside-problem"/>
    }
}

#[component]
fn Entry(
    /// One of them.
    entry: AsideEntry,
) -> impl IntoView {
    let writer = if entry.series.is_empty() { t().server.to_owned() } else { entry.series };
    let place = format!("{writer} · {} · {}", entry.seq, entry.at.date_time());
    view! { <li data-test="aside-entry"><b><bdi dir="ltr">{place}</bdi></b>" "<small dir="auto">{entry.detail}</small></li> }
}
