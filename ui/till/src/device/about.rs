//! What this device is, and whom it belongs to.

use crate::problem::open_logs;
use crate::text::t;
use crate::till::{Over, use_till};
use duka_ui_kit::{Banner, Button, ButtonKind, Mood};
use leptos::prelude::*;

/// Whom the till belongs to, which register it is, and which program runs on it.
#[component]
pub fn About() -> impl IntoView {
    let till = use_till();
    let facts = move || {
        till.enrolment.get().map(|of| {
            view! {
                <dl class="facts">
                    <dt>{t().company}</dt><dd><bdi>{of.company}</bdi></dd>
                    <dt>{t().shop}</dt><dd><bdi>{of.shop}</bdi></dd>
                    <dt>{t().register}</dt><dd><bdi>{of.register}</bdi></dd>
                    <dt>{t().series}</dt><dd><bdi dir="ltr">{of.series}</bdi></dd>
                    <dt>{t().currency}</dt><dd><bdi dir="ltr">{of.currency.code().to_owned()}</bdi></dd>
                    <dt>{t().server}</dt><dd><bdi dir="ltr">{of.server}</bdi></dd>
                    <dt>{t().version}</dt><dd data-test="version"><bdi dir="ltr">{till.version.get()}</bdi></dd>
                </dl>
                {of.weak_key_store.then(|| view! { <Banner mood=Mood::Warn title=t().weak_key_store body=t().weak_key_store_meaning.to_owned()/> })}
            }
        })
    };
    view! {
        <h2>{t().this_till}</h2>
        {facts}
        <div class="foot">
            <Button label=t().again kind=ButtonKind::Quiet on_press=move |()| till.open(Over::SetUpAgain) test="set-up-again"/>
            <Button label=t().open_logs kind=ButtonKind::Quiet on_press=|()| open_logs() test="open-logs"/>
        </div>
    }
}
