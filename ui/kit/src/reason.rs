//! Why something cannot be done now, in words beside it.

use leptos::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(1);

/// A fresh id for the words of a reason, so that what it disables can point at them.
pub(crate) fn reason_id() -> String {
    format!("reason-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The words; nothing while there is no reason.
#[component]
pub(crate) fn Reason(
    /// Its id, for `aria-describedby`.
    id: String,
    /// Why not.
    reason: Signal<Option<String>>,
) -> impl IntoView {
    move || reason.get().map(|words| view! { <small class="reason" id=id.clone() dir="auto">{words}</small> })
}
