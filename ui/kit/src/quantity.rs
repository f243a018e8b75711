//! Quantities: shown with their unit, and stepped by whole ones.

use crate::icon::{Glyph, Icon};
use duka_core::Quantity;
use leptos::prelude::*;

/// Draws a quantity so that it stays left to right wherever it stands.
#[component]
pub fn Count(
    /// How much.
    #[prop(into)]
    of: Signal<Quantity>,
) -> impl IntoView {
    view! { <bdi class="quantity" dir="ltr">{move || of.get().to_string()}</bdi> }
}

/// Steps a quantity by one whole unit within nothing and a most.
#[component]
pub fn Stepper(
    /// How much.
    value: RwSignal<Quantity>,
    /// The most.
    most: Quantity,
    /// What a screen reader calls the key for less.
    #[prop(into)]
    less: String,
    /// What a screen reader calls the key for more.
    #[prop(into)]
    more: String,
    /// Its name for tests; its keys end in `-less` and `-more`.
    #[prop(into)]
    test: String,
) -> impl IntoView {
    let stepped = move |by: i64| {
        let step = Quantity::whole(by, most.unit()).and_then(|step| value.get().checked_add(step));
        step.unwrap_or(most).clamp(zero(most), most)
    };
    view! {
        <div class="stepper" data-test=test.clone()>
            <button type="button" aria-label=less data-test=format!("{test}-less")
                disabled=move || value.get() == zero(most) on:click=move |_| value.set(stepped(-1))><Glyph icon=Icon::Minus/></button>
            <Count of=value/>
            <button type="button" aria-label=more data-test=format!("{test}-more")
                disabled=move || value.get() == most on:click=move |_| value.set(stepped(1))><Glyph icon=Icon::Plus/></button>
        </div>
    }
}

fn zero(like: Quantity) -> Quantity {
    Quantity::try_new(0, like.unit()).unwrap_or(like)
}
