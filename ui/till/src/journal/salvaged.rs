//! What became of a damaged database: told at every start until a person puts it away, which waits until the server holds what was saved.

use crate::backend;
use crate::problem::ProblemOf;
use crate::request::Request;
use crate::text::{fill, t};
use crate::till::use_till;
use duka_api::till::Salvaged;
use duka_ui_kit::{Banner, Button, ButtonKind, Mood, Sheet};
use leptos::prelude::*;

/// The news over the till.
#[component]
pub fn SalvagedSheet() -> impl IntoView {
    let till = use_till();
    view! {
        <Sheet title=t().salvaged_title on_close=move |()| till.close() close=t().close test="salvaged">
            <div class="body"><SalvagedNews/></div>
        </Sheet>
    }
}

/// The news on a till that has to be set up again.
#[component]
pub fn SalvagedCard() -> impl IntoView {
    let till = use_till();
    move || {
        till.salvaged
            .with(Option::is_some)
            .then(|| view! { <section class="card" data-test="salvaged"><h2>{t().salvaged_title}</h2><SalvagedNews/></section> })
    }
}

#[component]
fn SalvagedNews() -> impl IntoView {
    let till = use_till();
    let request = Request::new();
    let seen = move |()| {
        request.ask(backend::salvage_seen(), move |state| {
            till.close();
            till.take_state(state);
        });
    };
    let unsent = move || till.status.with(|status| status.as_ref().map_or(0, |status| status.link.waiting_sales));
    let waits = move || {
        let whole = till.salvaged.with(|news| news.as_ref().is_none_or(Salvaged::is_whole));
        (!whole && unsent() > 0).then(|| fill(t().salvaged_unsent, &[&unsent().to_string()]))
    };
    view! {
        {move || till.salvaged.get().map(|news| view! { <Told news/> })}
        <ProblemOf problem=request.problem test="salvage-problem"/>
        <div class="foot">
            <span class="spread soft">{waits}</span>
            <Button label=t().salvaged_seen kind=ButtonKind::Quiet pending=request.pending on_press=seen test="salvage-seen"/>
        </div>
    }
}

#[component]
fn Told(
    /// What became of it.
    news: Salvaged,
) -> impl IntoView {
    let (mood, title) = if news.is_whole() { (Mood::Good, t().salvaged_whole) } else { (Mood::Warn, t().salvaged_part) };
    let title = fill(title, &[&news.sales.to_string()]);
    // Once it has been set up again there is nothing to do any more.
    let to_set_up = news.new_device && use_till().enrolment.with_untracked(Option::is_none);
    let next = if to_set_up { t().salvaged_new_device.to_owned() } else { String::new() };
    let files: Vec<String> = std::iter::once(news.kept_as.clone()).chain(news.list.clone()).collect();
    let details = (t().details.to_owned(), files.join(" · "));
    view! {
        <Banner mood=mood title=title body=next details=details/>
        <ul class="told">{words(&news).into_iter().map(|said| view! { <li dir="auto">{said}</li> }).collect_view()}</ul>
    }
}

/// What happened, one thing after the other.
fn words(news: &Salvaged) -> Vec<String> {
    let mut said = vec![fill(t().salvaged_took, &[&news.seconds.max(1).to_string()])];
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
    if !news.lost_beside.is_empty() {
        said.push(fill(t().salvaged_beside, &[&news.lost_beside.join(", ")]));
    }
    said.push(t().salvaged_kept.to_owned());
    said
}
