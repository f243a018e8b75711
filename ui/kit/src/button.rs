//! Buttons: a word for what happens, the key that does the same, whether it is happening, and why it cannot.

use crate::icon::{Glyph, Icon};
use crate::kbd::Kbd;
use crate::reason::{Reason, reason_id};
use leptos::prelude::*;

/// How much a button asks to be pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// What the whole screen leads to: pay, done, the next sale.
    Final,
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
            Self::Final => "final-button",
            Self::Primary => "button primary",
            Self::Plain => "button",
            Self::Quiet => "button quiet",
            Self::Danger => "button danger",
        }
    }
}

/// A button. While there is a reason against it, it stays in its place, can be reached by keyboard and screen reader, says the reason,
/// and does nothing.
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
    /// Why it cannot be pressed now; it can when there is none.
    #[prop(optional, into)]
    reason: Signal<Option<String>>,
    /// What it began is still going on; shown when that takes longer than a blink.
    #[prop(optional, into)]
    pending: Signal<bool>,
    /// Gets the keyboard when its sheet opens.
    #[prop(optional)]
    first: bool,
    /// Its name for tests.
    #[prop(optional)]
    test: &'static str,
    /// Behind the word: a figure.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let id = reason_id();
    let can_not = Memo::new(move |_| reason.with(Option::is_some));
    // Large enough to hold its own reason; beside the others it stands before them.
    let (beside, inside) = (kind != ButtonKind::Final, kind == ButtonKind::Final);
    view! {
        {beside.then(|| view! { <Reason id=id.clone() reason/> })}
        <button type="button" class=kind.class() data-test=test data-first=first.then_some("")
            class:pending=pending
            aria-busy=move || pending.get().then_some("true")
            aria-disabled=move || (can_not.get() || pending.get()).then_some("true")
            aria-describedby=id.clone()
            on:click=move |_| if !can_not.get_untracked() && !pending.get_untracked() { on_press.run(()) }>
            {icon.map(|icon| view! { <Glyph icon/> })}
            <span>{label}</span>
            {inside.then(|| view! { <Reason id=id.clone() reason/> })}
            {children.map(|children| children())}
            {key.map(|key| view! { <Kbd key/> })}
        </button>
    }
}

/// A button of the row along the bottom: its key above its word, and under it why it cannot be pressed.
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
    /// Why it cannot be pressed now, in two words; it can when there is none.
    #[prop(optional, into)]
    reason: Signal<Option<String>>,
    /// Its name for tests.
    #[prop(optional)]
    test: &'static str,
) -> impl IntoView {
    let id = reason_id();
    let can_not = Memo::new(move |_| reason.with(Option::is_some));
    view! {
        <button type="button" class="action-key" data-test=test aria-label=label.clone() aria-describedby=id.clone()
            aria-disabled=move || can_not.get().then_some("true")
            on:click=move |_| if !can_not.get_untracked() { on_press.run(()) }>
            <Kbd key/>
            <span>{label.clone()}</span>
            <Reason id=id.clone() reason/>
        </button>
    }
}
