//! A sheet over the screen. It keeps the keyboard while it is open and gives it back when it closes.

use crate::focus::active;
use crate::icon::{Glyph, Icon};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

const STOPS: &str = "button:not([disabled]):not([tabindex='-1']), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), summary, [tabindex='0']";

/// A sheet with a title; Esc closes it.
#[component]
pub fn Sheet(
    /// What it is for.
    #[prop(into)]
    title: String,
    /// Closes it, or asks first.
    #[prop(into)]
    on_close: Callback<()>,
    /// What a screen reader calls the cross.
    #[prop(into)]
    close: String,
    /// As wide as two columns.
    #[prop(optional)]
    wide: bool,
    /// Its children are the whole of it: no visible title, no cross.
    #[prop(optional)]
    bare: bool,
    /// Its name for tests.
    #[prop(optional)]
    test: &'static str,
    /// What is on it.
    children: Children,
) -> impl IntoView {
    let panel = NodeRef::<leptos::html::Div>::new();
    let before = StoredValue::new_local(active());
    panel.on_load(move |panel| {
        let stop = panel.query_selector("[data-first]").ok().flatten().or_else(|| panel.query_selector(STOPS).ok().flatten());
        let stop = stop.and_then(|stop| stop.dyn_into::<HtmlElement>().ok()).unwrap_or_else(|| panel.clone().unchecked_into());
        // As soon as the panel hangs in the document: the next key may come in a millisecond.
        if stop.is_connected() {
            focus_and_select(&stop);
        } else {
            request_animation_frame(move || focus_and_select(&stop));
        }
    });
    let trap = keep_keyboard(panel, on_close);
    on_cleanup(move || {
        trap.remove();
        if let Some(before) = before.try_get_value().flatten() {
            // The screen under the sheet takes the keyboard again only after this.
            request_animation_frame(move || give_back(before));
        }
    });
    let (class, name) = (if wide { "sheet wide" } else { "sheet" }, title.clone());
    view! {
        <div class="veil">
            <div class=class class:bare=bare role="dialog" aria-modal="true" aria-label=name tabindex="-1" data-test=test node_ref=panel>
                {(!bare).then(|| view! {
                    <header>
                        <h2>{title}</h2>
                        <button type="button" class="icon-button" aria-label=close data-test="sheet-close" on:click=move |_| on_close.run(())>
                            <Glyph icon=Icon::Close/>
                        </button>
                    </header>
                })}
                {children()}
            </div>
        </div>
    }
}

/// Esc closes; Tab goes round on the sheet.
fn keep_keyboard(panel: NodeRef<leptos::html::Div>, on_close: Callback<()>) -> WindowListenerHandle {
    window_event_listener(ev::keydown, move |event| match event.key().as_str() {
        "Escape" if !event.default_prevented() => {
            event.prevent_default();
            on_close.run(());
        }
        "Tab" if !event.default_prevented() => {
            if let Some(panel) = panel.get_untracked()
                && let Some(next) = wrapped_stop(&panel, event.shift_key())
            {
                event.prevent_default();
                let _gone = next.focus();
            }
        }
        _ => {}
    })
}

/// Unless something else has taken the keyboard meanwhile.
fn give_back(before: Element) {
    let free = active().is_none_or(|active| active.tag_name() == "BODY");
    if let Some(before) = before.dyn_into::<HtmlElement>().ok().filter(|before| free && before.is_connected()) {
        let _gone = before.focus();
    }
}

fn focus_and_select(stop: &HtmlElement) {
    let _gone = stop.focus();
    if let Some(input) = stop.dyn_ref::<web_sys::HtmlInputElement>() {
        input.select();
    }
}

/// Where Tab goes when it would leave the sheet; none when it stays inside by itself.
fn wrapped_stop(panel: &Element, backwards: bool) -> Option<HtmlElement> {
    let stops = panel.query_selector_all(STOPS).ok()?;
    let at = |index: u32| stops.item(index).and_then(|node| node.dyn_into::<HtmlElement>().ok());
    let (first, last) = (at(0)?, at(stops.length().checked_sub(1)?)?);
    let current = active();
    let inside = current.as_ref().is_some_and(|current| panel.contains(Some(current)));
    let is = |edge: &HtmlElement| current.as_ref() == Some(edge.as_ref());
    match backwards {
        _ if !inside => Some(first),
        true if is(&first) => Some(last),
        false if is(&last) => Some(first),
        _ => None,
    }
}
