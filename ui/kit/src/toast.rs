//! A message that passes by.

use crate::banner::Mood;
use crate::icon::Glyph;
use leptos::prelude::*;
use std::time::Duration;

/// A passing message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// What kind of news.
    pub mood: Mood,
    /// What it says.
    pub text: String,
}

const STAYS: Duration = Duration::from_secs(5);

/// Shows a message for a while in the [`Toaster`] that draws `messages`.
pub fn toast(messages: RwSignal<Vec<(u64, Toast)>>, mood: Mood, text: impl Into<String>) {
    let text = text.into();
    let id = messages.try_update(|all| {
        let id = all.last().map_or(1, |(id, _)| id.saturating_add(1));
        // Bounded: nobody reads more than three.
        while all.len() >= 3 {
            all.remove(0);
        }
        all.push((id, Toast { mood, text }));
        id
    });
    set_timeout(
        move || {
            messages.try_update(|all| all.retain(|(other, _)| Some(*other) != id));
        },
        STAYS,
    );
}

/// Draws passing messages, and reads them out.
#[component]
pub fn Toaster(
    /// The messages.
    messages: RwSignal<Vec<(u64, Toast)>>,
) -> impl IntoView {
    view! {
        <div class="toaster" role="status" aria-live="polite">
            <For each=move || messages.get() key=|(id, _)| *id let((_, toast))>
                <div class=format!("toast {}", toast.mood.class()) data-test="toast"><Glyph icon=toast.mood.icon()/><span dir="auto">{toast.text}</span></div>
            </For>
        </div>
    }
}
