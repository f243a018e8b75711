//! The link to the server: in a few words on the strip, in full on its sheet.

use crate::backend;
use crate::fault::FaultOf;
use crate::text::{count, fill, t};
use crate::till::{Till, use_till};
use duka_api::till::{Link, LinkState};
use duka_ui_kit::{Banner, Button, ButtonKind, Icon, Mood, Sheet};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Colour, icon and words for the strip.
pub fn link_words(till: Till, link: &Link) -> (Mood, Icon, String) {
    let waiting = (link.waiting_sales > 0).then(|| count(link.waiting_sales, t().sale_waiting, t().sales_waiting));
    let with_waiting = |state: &str| waiting.as_ref().map_or_else(|| state.to_owned(), |waiting| format!("{state} · {waiting}"));
    match link.state {
        LinkState::InStep => {
            let at = link.in_step_at.map(|at| format!(" · {}", till.local(at).time())).unwrap_or_default();
            (Mood::Good, Icon::Check, format!("{}{at}", t().in_step))
        }
        LinkState::Syncing => (Mood::Note, Icon::Syncing, with_waiting(t().syncing)),
        LinkState::Offline => (Mood::Warn, Icon::Offline, with_waiting(t().offline)),
        LinkState::Attention => (Mood::Bad, Icon::Warning, t().needs_attention.to_owned()),
        LinkState::None => (Mood::Note, Icon::Offline, t().not_enrolled.to_owned()),
    }
}

/// How till and server are in step, and trying it now.
#[component]
pub fn LinkSheet() -> impl IntoView {
    let till = use_till();
    let pending = RwSignal::new(false);
    let link = move || till.status.with(|status| status.as_ref().map(|status| status.link.clone()));
    let now = move |()| {
        pending.set(true);
        till.fault.set(None);
        spawn_local(async move {
            match backend::sync_now().await {
                Ok(link) => till.status.update(|status| {
                    if let Some(status) = status {
                        status.link = link;
                    }
                }),
                Err(problem) => till.fault.set(Some(problem)),
            }
            pending.set(false);
        });
    };
    let news = move || {
        link().map(|link| {
            let (mood, _, words) = link_words(till, &link);
            let meaning = match link.state {
                LinkState::InStep => t().in_step_meaning,
                LinkState::Syncing => t().syncing_meaning,
                LinkState::Offline | LinkState::None => t().offline_meaning,
                LinkState::Attention => t().attention_meaning,
            };
            let details = (!link.detail.is_empty()).then(|| (t().details.to_owned(), link.detail.clone()));
            view! { <Banner mood title=words body=meaning.to_owned() nostrip:details=details test="link-detail"/> }
        })
    };
    let figures = move || {
        link().map(|link| {
            let at = link.in_step_at.map_or_else(|| t().never.to_owned(), |at| till.local(at).date_time());
            view! {
                <dl class="facts">
                    <dt>{t().waiting_sales}</dt><dd data-test="waiting-sales">{link.waiting_sales.to_string()}</dd>
                    <dt>{t().waiting_facts}</dt><dd data-test="waiting-facts">{link.waiting_facts.to_string()}</dd>
                    <dt>{t().last_in_step}</dt><dd><bdi dir="ltr">{at}</bdi></dd>
                    <dt>{t().server}</dt>
                    <dd><bdi dir="ltr">{till.enrolment.with(|enrolment| enrolment.as_ref().map(|enrolment| enrolment.server.clone()))}</bdi></dd>
                </dl>
            }
        })
    };
    view! {
        <Sheet title=t().link_title on_close=move |()| till.close() close=t().close test="link">
            <div class="body">
                {news}
                {figures}
                <FaultOf problem=till.fault test="link-problem"/>
                <div class="foot">
                    <span class="spread soft">{fill(t().version_is, &[&till.version.get_untracked()])}</span>
                    <Button label=t().sync_now kind=ButtonKind::Primary icon=Icon::Syncing pending=pending on_press=now first=true test="sync-now"/>
                </div>
            </div>
        </Sheet>
    }
}
