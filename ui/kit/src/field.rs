//! A field with its name, its help and what is wrong with it.

use crate::icon::{Glyph, Icon};
use leptos::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(1);

/// What is entered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldKind {
    /// Words.
    #[default]
    Text,
    /// A number with decimals; aligned like one.
    Decimal,
    /// A code or an address: left to right in any language, never spell-checked.
    Code,
}

/// A field for one line of text.
#[component]
pub fn Field(
    /// What is to be entered.
    #[prop(into)]
    label: String,
    /// The text.
    value: RwSignal<String>,
    /// What is wrong with it; shown from the first change on.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Shows the fault of a field that nobody touched yet: the form was sent.
    #[prop(optional, into)]
    insist: Signal<bool>,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is entered.
    #[prop(optional)]
    kind: FieldKind,
    /// Written small behind the text: a unit, a currency.
    #[prop(optional, into)]
    unit: Option<Signal<String>>,
    /// Larger figures.
    #[prop(optional)]
    large: bool,
    /// The most characters it takes.
    #[prop(default = 500)]
    most: u32,
    /// Gets the keyboard when its sheet opens.
    #[prop(optional)]
    first: bool,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Done at Enter.
    #[prop(optional, into)]
    on_enter: Option<Callback<()>>,
    /// Its name for tests.
    #[prop(optional)]
    test: &'static str,
) -> impl IntoView {
    let id = format!("field-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described = format!("{hint_id} {error_id}");
    let touched = RwSignal::new(false);
    let fault = Memo::new(move |_| (touched.get() || insist.get()).then(|| error.get()).flatten());
    let class = match (kind, large) {
        (FieldKind::Decimal, true) => "field decimal large",
        (FieldKind::Decimal, false) => "field decimal",
        (_, true) => "field large",
        (_, false) => "field",
    };
    let left_to_right = (kind != FieldKind::Text).then_some("ltr");
    view! {
        <div class=class class:faulty=move || fault.get().is_some()>
            <label for=id.clone()>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <div class="entry">
                <input id=id type="text" autocomplete="off" spellcheck="false" data-test=test data-first=first.then_some("")
                    dir=left_to_right.unwrap_or("auto")
                    inputmode=if kind == FieldKind::Decimal { "decimal" } else { "text" }
                    maxlength=most
                    aria-describedby=described
                    aria-invalid=move || fault.get().map(|_| "true")
                    disabled=disabled
                    // There from the start, so that it can be selected as soon as it has the keyboard.
                    value=value.get_untracked()
                    prop:value=value
                    on:input=move |event| { touched.set(true); value.set(event_target_value(&event)); }
                    on:keydown=move |event| if event.key() == "Enter" && let Some(enter) = on_enter {
                        event.prevent_default();
                        enter.run(());
                    }/>
                {unit.map(|unit| view! { <span class="unit" aria-hidden="true">{unit}</span> })}
            </div>
            <p class="fault" id=error_id role="alert">
                {move || fault.get().map(|fault| view! { <Glyph icon=Icon::Warning/> <span dir="auto">{fault}</span> })}
            </p>
        </div>
    }
}

/// Something that is on or off.
#[component]
pub fn Switch(
    /// What.
    #[prop(into)]
    label: String,
    /// Whether it is on.
    #[prop(into)]
    on: Signal<bool>,
    /// Told when it is switched.
    #[prop(into)]
    on_switch: Callback<bool>,
    /// Its name for tests.
    #[prop(optional)]
    test: &'static str,
) -> impl IntoView {
    view! {
        <button type="button" role="switch" class="switch" data-test=test
            aria-checked=move || if on.get() { "true" } else { "false" }
            on:click=move |_| on_switch.run(!on.get_untracked())>
            <span class="track" aria-hidden="true"><span class="thumb"><Glyph icon=Icon::Check/></span></span>
            <span>{label}</span>
        </button>
    }
}
