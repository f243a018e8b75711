//! The link to the server in full, and trying it now.

use super::{device_words, link_words};
use crate::backend;
use crate::problem::ProblemOf;
use crate::request::Request;
use crate::text::{fill, t};
use crate::till::{Over, use_till};
use duka_api::till::{Link, LinkState, OwnDevice};
use duka_ui_kit::{Banner, Button, ButtonKind, Icon, Mood, Sheet};
use leptos::prelude::*;

/// How till and server are in step, and trying it now.
#[component]
pub fn LinkSheet() -> impl IntoView {
    let till = use_till();
    let request = Request::new();
    let link = move || till.status.with(|status| status.as_ref().map(|status| status.link.clone()));
    let now = move |()| {
        request.ask(backend::sync_now(), move |link| {
            till.status.update(|status| {
                if let Some(status) = status {
                    status.link = link;
                }
            });
        });
    };
    view! {
        <Sheet title=t().link_title on_close=move |()| till.close() close=t().close test="link">
            <div class="body">
                {move || link().map(|link| view! { <News link=link.clone()/> <Figures link/> })}
                <ProblemOf problem=request.problem test="link-problem"/>
                <div class="foot">
                    <span class="spread soft">{fill(t().version_is, &[&till.version.get_untracked()])}</span>
                    <Button label=t().sync_now kind=ButtonKind::Primary icon=Icon::Syncing pending=request.pending on_press=now first=true test="sync-now"/>
                </div>
            </div>
        </Sheet>
    }
}

/// How the link is, and what that means for selling.
#[component]
fn News(
    /// The link.
    link: Link,
) -> impl IntoView {
    let till = use_till();
    let (mood, _, words) = link_words(till, &link);
    let meaning = match (link.state, &link.device) {
        (LinkState::InStep, _) => t().in_step_meaning,
        (LinkState::Syncing, _) => t().syncing_meaning,
        (LinkState::Offline | LinkState::None, _) => t().offline_meaning,
        (LinkState::Attention, OwnDevice::Revoked { .. }) => t().revoked_link_meaning,
        (LinkState::Attention, _) => t().attention_meaning,
    };
    let again = (link.state == LinkState::Attention).then(|| {
        let open = move |()| till.open(Over::SetUpAgain);
        view! { <div class="foot"><Button label=t().again kind=ButtonKind::Quiet on_press=open test="link-set-up-again"/></div> }
    });
    let stranded = (link.stranded_facts > 0).then(|| {
        let title = fill(t().stranded, &[&link.stranded_facts.to_string()]);
        let body = fill(t().stranded_meaning, &[&link.stranded_sales.to_string()]);
        view! { <Banner mood=Mood::Bad title body test="link-stranded"/> }
    });
    let why = match &link.device {
        OwnDevice::Revoked { reason } if !reason.is_empty() => Some((t().details.to_owned(), reason.clone())),
        _ => None,
    };
    let device =
        device_words(&link.device).map(|(mood, title, body)| view! { <Banner mood title body nostrip:details=why test="link-device"/> });
    let details = (!link.detail.is_empty()).then(|| (t().details.to_owned(), link.detail));
    view! {
        {device}
        {stranded}
        <Banner mood title=words body=meaning.to_owned() nostrip:details=details test="link-detail"/>
        {again}
    }
}

#[component]
fn Figures(
    /// The link.
    link: Link,
) -> impl IntoView {
    let till = use_till();
    let at = link.in_step_at.map_or_else(|| t().never.to_owned(), |at| till.local(at).date_time());
    let server = till.enrolment.with(|enrolment| enrolment.as_ref().map(|enrolment| enrolment.server.clone()));
    view! {
        <dl class="facts">
            <dt>{t().waiting_sales}</dt><dd data-test="waiting-sales"><bdi class="quantity" dir="ltr">{link.waiting_sales.to_string()}</bdi></dd>
            <dt>{t().waiting_facts}</dt><dd data-test="waiting-facts"><bdi class="quantity" dir="ltr">{link.waiting_facts.to_string()}</bdi></dd>
            <dt>{t().last_in_step}</dt><dd><bdi dir="ltr">{at}</bdi></dd>
            <dt>{t().server}</dt><dd><bdi dir="ltr">{server}</bdi></dd>
        </dl>
    }
}
