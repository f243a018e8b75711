//! The two meanings of a text, as buttons under its field: a person says which was meant.

use crate::kbd::Kbd;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// The buttons, while there is something to ask.
#[component]
pub(crate) fn Readings(
    /// The text, which the chosen meaning takes the place of.
    value: RwSignal<String>,
    /// What it can mean.
    asked: Memo<Option<[String; 2]>>,
) -> impl IntoView {
    let choice = move |place: usize, reading: String| {
        let (key, test) = if place == 0 { ("Alt+1", "reading-1") } else { ("Alt+2", "reading-2") };
        let written = reading.clone();
        let choose = move |event: web_sys::MouseEvent| {
            back_to_field(event.target().and_then(|target| target.dyn_into().ok()).as_ref());
            value.set(written.clone());
        };
        view! {
            <button type="button" class="button" data-test=test aria-keyshortcuts=key on:click=choose>
                <bdi class="money" dir="ltr">{reading}</bdi><Kbd key/>
            </button>
        }
    };
    move || {
        asked.get().map(|readings| {
            let choices = readings.into_iter().enumerate().map(|(place, reading)| choice(place, reading)).collect_view();
            view! { <div class="readings" role="group" on:keydown=move |event| along(&event, value, asked)>{choices}</div> }
        })
    }
}

/// Takes a key of the field for an answer, or on to the buttons; false when it is neither.
pub(crate) fn choose_by_key(event: &KeyboardEvent, value: RwSignal<String>, asked: Memo<Option<[String; 2]>>) -> bool {
    let Some(readings) = asked.get_untracked() else { return false };
    match event.key().as_str() {
        "ArrowDown" => focus(field_of(event).as_ref(), "[data-test=reading-1]"),
        _ => {
            let Some(chosen) = chosen(event).and_then(|place| readings.into_iter().nth(place)) else { return false };
            value.set(chosen);
        }
    }
    true
}

/// Which of the two Alt and a digit stand for. The digit is known by its place: with Alt, some keyboards make it another character.
fn chosen(event: &KeyboardEvent) -> Option<usize> {
    match event.code().as_str() {
        "Digit1" | "Numpad1" if event.alt_key() => Some(0),
        "Digit2" | "Numpad2" if event.alt_key() => Some(1),
        _ => None,
    }
}

/// Arrows go from one button to the other and back to the field; Enter presses the one that has the keyboard.
fn along(event: &KeyboardEvent, value: RwSignal<String>, asked: Memo<Option<[String; 2]>>) {
    let field = field_of(event);
    match event.key().as_str() {
        "ArrowUp" => focus(field.as_ref(), "input"),
        "ArrowLeft" | "ArrowRight" => {
            let on_first = event
                .target()
                .and_then(|target| target.dyn_into::<Element>().ok())
                .is_some_and(|button| button.matches("[data-test=reading-1]").unwrap_or(false));
            focus(field.as_ref(), if on_first { "[data-test=reading-2]" } else { "[data-test=reading-1]" });
        }
        _ if chosen(event).is_some() => {
            focus(field.as_ref(), "input");
            choose_by_key(event, value, asked);
        }
        _ => return,
    }
    event.prevent_default();
}

fn field_of(event: &KeyboardEvent) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest("[data-field]").ok().flatten()
}

fn back_to_field(button: Option<&Element>) {
    focus(button.and_then(|button| button.closest("[data-field]").ok().flatten()).as_ref(), "input");
}

fn focus(within: Option<&Element>, selector: &str) {
    let found = within.and_then(|within| within.query_selector(selector).ok().flatten());
    if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let _gone = found.focus();
    }
}
