//! One of a few, all in sight.

use leptos::prelude::*;

/// Offers a few choices side by side.
#[component]
pub fn Segment<T>(
    /// What is chosen.
    #[prop(into)]
    label: String,
    /// The choices: value, word, name for tests.
    choices: Vec<(T, String, &'static str)>,
    /// The chosen one.
    #[prop(into)]
    chosen: Signal<T>,
    /// Told when another one is chosen.
    #[prop(into)]
    on_choose: Callback<T>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let choices = choices.into_iter().map(|(value, word, test)| {
        view! {
            <button type="button" role="radio" data-test=test
                aria-checked=move || if chosen.get() == value { "true" } else { "false" }
                on:click=move |_| on_choose.run(value)>{word}</button>
        }
    });
    view! {
        <div class="segment-group">
            <span class="label">{label.clone()}</span>
            <div class="segment" role="radiogroup" aria-label=label>{choices.collect_view()}</div>
        </div>
    }
}
