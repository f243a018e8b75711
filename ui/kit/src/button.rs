//! Buttons: a word for what happens, the key that does the same, and whether it is happening.

use crate::icon::{Glyph, Icon};
use crate::kbd::Kbd;
use leptos::prelude::*;

/// How much a button asks to be pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do next.
    Primary,
    /// Something else that can be done.
    #[default]
    Plain,
    /// Something aside.
    Quiet,
    /// Something that takes away.
    Danger,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Plain => "button",
            Self::Quiet => "button quiet",
            Self::Danger => "button danger",
        }
    }
}

/// A button.
#[component]
pub fn Button(
    /// What is on it.
    #[prop(into)]
    label: String,
    /// Done when it is pressed.
    #[prop(into)]
    on_press: Callback<()>,
    /// How much it asks to be pressed.
    #[prop(optional)]
    kind: ButtonKind,
    /// Its key, shown on it.
    #[prop(optional)]
    key: Option<&'static str>,
    /// An icon before the word.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// Cannot be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// What it began is still going on; shown when that takes longer than a blink.
    #[prop(optional, into)]
    pending: Signal<bool>,
    /// Gets the keyboard when its sheet opens.
    #[prop(optional)]
    first: bool,
    /// Its name for tests.
    #[prop(optional)]
    test: &'static str,
) -> impl IntoView {
    view! {
        <button type="button" class=kind.class() data-test=test data-first=first.then_some("")
            class:pending=pending
            aria-busy=move || pending.get().then_some("true")
            disabled=move || disabled.get() || pending.get()
            on:click=move |_| on_press.run(())>
            {icon.map(|icon| view! { <Glyph icon/> })}
            <span>{label}</span>
            {key.map(|key| view! { <Kbd key/> })}
        </button>
    }
}

/// A button of the row along the bottom: its key above its word.
#[component]
pub fn ActionKey(
    /// What is on it.
    #[prop(into)]
    label: String,
    /// Its key.
    key: &'static str,
    /// Done when it is pressed.
    #[prop(into)]
    on_press: Callback<()>,
    /// Cannot be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Its name for tests.
    #[prop(optional)]
    test: &'static str,
) -> impl IntoView {
    view! {
        <button type="button" class="action-key" data-test=test disabled=disabled on:click=move |_| on_press.run(())>
            <Kbd key/>
            <span>{label}</span>
        </button>
    }
}
