//! A message that stays where it matters until it is dealt with.

use crate::icon::{Glyph, Icon};
use leptos::prelude::*;

/// What kind of news it is; told by colour, icon and word alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// Good to know.
    #[default]
    Note,
    /// It went well.
    Good,
    /// Needs a look.
    Warn,
    /// It did not happen.
    Bad,
}

impl Mood {
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }

    pub(crate) const fn icon(self) -> Icon {
        match self {
            Self::Note => Icon::Info,
            Self::Good => Icon::Check,
            Self::Warn | Self::Bad => Icon::Warning,
        }
    }
}

/// A message with what happened, what to do, and the technician's details a tap away.
#[component]
pub fn Banner(
    /// What kind of news.
    #[prop(optional)]
    mood: Mood,
    /// What happened.
    #[prop(into)]
    title: String,
    /// What it means and what to do.
    #[prop(optional, into)]
    body: Option<String>,
    /// For the technician: the words on the fold, and what is under it.
    #[prop(optional, into)]
    details: Option<(String, String)>,
    /// What a screen reader calls the cross.
    #[prop(optional, into)]
    close: Option<(String, Callback<()>)>,
    /// Its name for tests.
    #[prop(optional)]
    test: &'static str,
    /// What can be done about it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let role = if matches!(mood, Mood::Bad | Mood::Warn) { "alert" } else { "status" };
    view! {
        <div class=format!("banner {}", mood.class()) role=role data-test=test>
            <Glyph icon=mood.icon()/>
            <div class="words">
                <strong dir="auto">{title}</strong>
                {body.filter(|body| !body.is_empty()).map(|body| view! { <p dir="auto">{body}</p> })}
                {details.map(|(fold, inside)| view! { <details><summary>{fold}</summary><code dir="ltr">{inside}</code></details> })}
            </div>
            {children.map(|children| view! { <div class="deeds">{children()}</div> })}
            {close.map(|(label, close)| view! {
                <button type="button" class="icon-button" aria-label=label data-test="banner-close" on:click=move |_| close.run(())>
                    <Glyph icon=Icon::Close/>
                </button>
            })}
        </div>
    }
}
