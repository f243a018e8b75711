//! How this till is set.

use super::about::About;
use super::language::LanguageSegment;
use crate::journal::SetAside;
use crate::page::Page;
use crate::print::printer_words;
use crate::sync::link_words;
use crate::text::t;
use crate::till::{Over, use_till};
use duka_ui_kit::{Button, Icon, Preference, Segment, Switch, Theme, Tone, apply_theme, play, recall, remember};
use leptos::prelude::*;

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
                <section class="pane"><About/><SetAside/></section>
            </div>
        </Page>
    }
}
