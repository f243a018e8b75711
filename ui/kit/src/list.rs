//! The ends of lists: nothing in them yet, and more of them.

use crate::button::Button;
use crate::icon::{Glyph, Icon};
use leptos::prelude::*;

/// What stands where a list has no rows: what belongs there, and the first step.
#[component]
pub fn Empty(
    /// A picture of what belongs there.
    icon: Icon,
    /// What is missing.
    #[prop(into)]
    title: String,
    /// How it gets there.
    #[prop(into)]
    body: String,
    /// The first step.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty" data-test="empty">
            <Glyph icon/>
            <strong>{title}</strong>
            <p>{body}</p>
            {children.map(|children| view! { <div class="deeds">{children()}</div> })}
        </div>
    }
}

/// The end of a page of rows, when there are more.
#[component]
pub fn More(
    /// What is on it.
    #[prop(into)]
    label: String,
    /// Whether there is more.
    #[prop(into)]
    there_is: Signal<bool>,
    /// Whether it is being fetched.
    #[prop(into)]
    pending: Signal<bool>,
    /// Fetches it.
    #[prop(into)]
    on_more: Callback<()>,
) -> impl IntoView {
    view! {
        <Show when=move || there_is.get()>
            <div class="more"><Button label=label.clone() pending=pending on_press=on_more test="load-more"/></div>
        </Show>
    }
}
