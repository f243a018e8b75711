//! What became of a damaged database: told over everything until a person puts it away, which waits until the server holds what was saved.

use crate::backend;
use crate::problem::ProblemOf;
use crate::request::Request;
use crate::text::{fill, t};
use crate::till::use_till;
use duka_api::till::Salvaged;
use duka_ui_kit::{Banner, Button, ButtonKind, Mood};
use leptos::prelude::*;

/// The news, while there is any.
#[component]
pub fn Rebuilt() -> impl IntoView {
    let till = use_till();
    let hidden = RwSignal::new(false);
    move || till.salvaged.get().filter(|_| !hidden.get()).map(|news| view! { <News news hidden/> })
}

#[component]
fn News(
    /// What became of it.
    news: Salvaged,
    /// Until the next start.
    hidden: RwSignal<bool>,
) -> impl IntoView {
    let till = use_till();
    let request = Request::new();
    let unsent = move || till.status.with(|status| status.as_ref().map_or(0, |status| status.link.waiting_sales));
    let seen = move |()| request.ask(backend::salvage_seen(), move |state| till.take_state(state));
    let whole = news.is_whole();
    let mood = if whole { Mood::Good } else { Mood::Warn };
    let body = words(&news);
    let details = (t().details.to_owned(), news.kept_as.clone());
    let waits =
        move || (!whole && unsent() > 0).then(|| view! { <p class="soft">{fill(t().salvaged_unsent, &[&unsent().to_string()])}</p> });
    view! {
        <aside class="rebuilt" data-test="salvaged">
            <Banner mood=mood title=title(&news) body=body details=details close=(t().close.to_owned(), Callback::new(move |()| hidden.set(true)))>
                {waits}
                <Button label=t().salvaged_seen kind=ButtonKind::Quiet pending=request.pending on_press=seen test="salvage-seen"/>
            </Banner>
            <ProblemOf problem=request.problem test="salvage-problem"/>
        </aside>
    }
}

fn title(news: &Salvaged) -> String {
    let template = if news.is_whole() { t().salvaged_whole } else { t().salvaged_part };
    format!("{}. {}", t().salvaged_title, fill(template, &[&news.sales.to_string()]))
}

/// What happened, and what to do next.
fn words(news: &Salvaged) -> String {
    let mut said = Vec::new();
    if news.is_whole() && !news.new_device {
        said.push(fill(t().salvaged_whole_meaning, &[&news.seconds.to_string()]));
    }
    if news.missing > 0 {
        said.push(fill(t().salvaged_missing, &[&news.missing.to_string()]));
    }
    if news.end_unknown {
        said.push(t().salvaged_end_unknown.to_owned());
    }
    if news.behind > 0 {
        let totals = news.behind_totals.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + ");
        said.push(fill(t().salvaged_behind, &[&news.behind.to_string(), &totals]));
    }
    if news.behind_waiting > 0 {
        said.push(fill(t().salvaged_behind_waiting, &[&news.behind_waiting.to_string()]));
    }
    said.extend(news.list.as_ref().map(|list| fill(t().salvaged_list, &[list])));
    if !news.lost_beside.is_empty() {
        said.push(fill(t().salvaged_beside, &[&news.lost_beside.join(", ")]));
    }
    if news.new_device {
        said.push(t().salvaged_new_device.to_owned());
    }
    said.push(fill(t().salvaged_kept, &[&news.kept_as]));
    said.join(" ")
}
