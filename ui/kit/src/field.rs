//! A field with its name, its help and what is wrong with it.

use crate::icon::{Glyph, Icon};
use crate::readings::{Readings, choose_by_key};
use leptos::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};
use web_sys::KeyboardEvent;

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

impl FieldKind {
    const fn class(self, large: bool) -> &'static str {
        match (self, large) {
            (Self::Decimal, true) => "field decimal large",
            (Self::Decimal, false) => "field decimal",
            (Self::Text | Self::Code, true) => "field large",
            (Self::Text | Self::Code, false) => "field",
        }
    }

    const fn direction(self) -> &'static str {
        match self {
            Self::Text => "auto",
            Self::Decimal | Self::Code => "ltr",
        }
    }

    const fn keyboard(self) -> &'static str {
        match self {
            Self::Decimal => "decimal",
            Self::Text | Self::Code => "text",
        }
    }
}

/// A field for one line of text. What can be read in two ways is asked under it: Alt+1 and Alt+2, the arrows or a finger say which.
#[component]
pub fn Field(
    /// What is to be entered.
    #[prop(into)]
    label: String,
    /// The text.
    value: RwSignal<String>,
    /// What is wrong with it; shown from the first change on.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// What the text can mean, when it can mean two things.
    #[prop(optional, into)]
    readings: Signal<Option<[String; 2]>>,
    /// Shows the problem of a field that nobody touched yet: the form was sent.
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
    /// Done at Enter.
    #[prop(optional, into)]
    on_enter: Option<Callback<()>>,
    /// Its name for tests.
    #[prop(optional)]
    test: &'static str,
) -> impl IntoView {
    let id = format!("field-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let (hint_id, problem_id) = (format!("{id}-hint"), format!("{id}-problem"));
    let described = format!("{hint_id} {problem_id}");
    let touched = RwSignal::new(false);
    let asked = Memo::new(move |_| readings.get());
    // A question is put at once, whoever wrote the text: the keypad too.
    let shown = Memo::new(move |_| (touched.get() || insist.get() || asked.with(Option::is_some)).then(|| problem.get()).flatten());
    let pressed = move |event| key_pressed(&event, value, asked, on_enter);
    view! {
        <div class=kind.class(large) class:wrong=move || shown.with(Option::is_some) data-field>
            <label for=id.clone()>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <div class="entry">
                <input id=id type="text" autocomplete="off" spellcheck="false" data-test=test data-first=first.then_some("")
                    dir=kind.direction() inputmode=kind.keyboard() maxlength=most
                    aria-describedby=described
                    aria-invalid=move || shown.with(Option::is_some).then_some("true")
                    // There from the start, so that it can be selected as soon as it has the keyboard.
                    value=value.get_untracked()
                    prop:value=value
                    on:input=move |event| { touched.set(true); value.set(event_target_value(&event)); }
                    on:keydown=pressed/>
                {unit.map(|unit| view! { <span class="unit" aria-hidden="true"><bdi>{unit}</bdi></span> })}
            </div>
            <p class="problem" id=problem_id role="alert">
                {move || shown.get().map(|words| view! { <Glyph icon=Icon::Warning/> <span dir="auto">{words}</span> })}
            </p>
            <Readings value asked/>
        </div>
    }
}

/// A key of the field is an answer, or Enter, or text.
fn key_pressed(event: &KeyboardEvent, value: RwSignal<String>, asked: Memo<Option<[String; 2]>>, on_enter: Option<Callback<()>>) {
    if choose_by_key(event, value, asked) {
        event.prevent_default();
    } else if event.key() == "Enter"
        && let Some(enter) = on_enter
    {
        event.prevent_default();
        enter.run(());
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
