//! What stands where a list has no rows.

use crate::icon::{Glyph, Icon};
use leptos::prelude::*;

/// What belongs there, and the first step.
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
