//! A database that is being made anew from its journal: how far that is.

use crate::text::{fill, t};
use crate::till::use_till;
use leptos::prelude::*;
use std::time::Duration;

/// Often enough to look alive.
const ASK_AGAIN: Duration = Duration::from_millis(300);

/// How far it is; asks again until it is done.
#[component]
pub fn Mending(
    /// Of a hundred.
    done: u8,
) -> impl IntoView {
    let till = use_till();
    if let Ok(asking) = set_timeout_with_handle(move || till.ask_state(), ASK_AGAIN) {
        on_cleanup(move || asking.clear());
    }
    view! {
        <h1>{t().mending_title}</h1>
        <p class="soft">{t().mending_meaning}</p>
        <progress max="100" value=done.to_string() aria-label=t().mending_title data-test="mending"></progress>
        <p class="soft" role="status">{fill(t().mending, &[&done.to_string()])}</p>
    }
}
