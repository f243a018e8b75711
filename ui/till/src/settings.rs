//! How this till is set, and what it is.

use crate::backend;
use crate::link::link_words;
use crate::page::Page;
use crate::printer::printer_words;
use crate::text::{Language, t};
use crate::till::{Over, use_till};
use duka_ui_kit::{Banner, Button, ButtonKind, Icon, Mood, Preference, Segment, Switch, Theme, Tone, apply_theme, play, recall, remember};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Chooses the language, and with it the direction.
#[component]
pub fn LanguageSegment() -> impl IntoView {
    let language = expect_context::<RwSignal<Language>>();
    let choices = Language::ALL.into_iter().map(|language| (language, language.own_name().to_owned(), language.test_name())).collect();
    let choose = move |chosen: Language| {
        remember(Preference::Language, chosen.code());
        language.set(chosen);
    };
    view! { <Segment label=t().language choices chosen=language on_choose=choose/> }
}

/// Shows the folder with the program's log.
pub fn open_logs() {
    spawn_local(async move {
        // Where no file manager opens there is nothing to show; the engine logs why.
        let _no_file_manager = backend::open_log_folder().await;
    });
}

/// The settings.
#[component]
pub fn Settings() -> impl IntoView {
    let till = use_till();
    let theme = RwSignal::new(Theme::remembered());
    let sounds = RwSignal::new(recall(Preference::Sound).as_deref() != Some("off"));
    let choose_theme = move |chosen| {
        apply_theme(chosen);
        theme.set(chosen);
    };
    let switch_sounds = move |on: bool| {
        remember(Preference::Sound, if on { "on" } else { "off" });
        sounds.set(on);
        play(Tone::Accepted);
    };
    let themes = vec![
        (Theme::System, t().theme_system.to_owned(), "theme-system"),
        (Theme::Light, t().theme_light.to_owned(), "theme-light"),
        (Theme::Dark, t().theme_dark.to_owned(), "theme-dark"),
    ];
    let printer = move || till.status.with(|status| status.as_ref().map(|status| printer_words(&status.printer).1));
    let link = move || till.status.with(|status| status.as_ref().map(|status| link_words(till, &status.link).2));
    view! {
        <Page title=t().settings>
            <div class="halves">
                <section class="pane">
                    <h2>{t().look_and_sound}</h2>
                    <Segment label=t().theme choices=themes chosen=theme on_choose=choose_theme/>
                    <LanguageSegment/>
                    <Switch label=t().sounds on=sounds on_switch=switch_sounds test="sounds"/>
                    <h2>{t().surroundings}</h2>
                    <div class="setting">
                        <div><b>{t().printer_title}</b><p class="soft">{printer}</p></div>
                        <Button label=t().set_up icon=Icon::Printer on_press=move |()| till.open(Over::Printer) test="settings-printer"/>
                    </div>
                    <div class="setting">
                        <div><b>{t().link_title}</b><p class="soft">{link}</p></div>
                        <Button label=t().look icon=Icon::Syncing on_press=move |()| till.open(Over::Link) test="settings-link"/>
                    </div>
                </section>
                <section class="pane"><About/></section>
            </div>
        </Page>
    }
}

#[component]
fn About() -> impl IntoView {
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
        <div class="foot"><Button label=t().open_logs kind=ButtonKind::Quiet on_press=|()| open_logs() test="open-logs"/></div>
    }
}
