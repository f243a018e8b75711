//! The key that does the same as a button.

use leptos::prelude::*;

/// Shows a key's name.
#[component]
pub fn Kbd(
    /// The key, such as `F12`.
    key: &'static str,
) -> impl IntoView {
    view! { <kbd aria-hidden="true" dir="ltr">{key}</kbd> }
}
