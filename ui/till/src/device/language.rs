//! The language of the screens.

use crate::text::{Language, t};
use duka_ui_kit::{Preference, Segment, remember};
use leptos::prelude::*;

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
