//! Where the keyboard is, and putting it where it belongs.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement, HtmlInputElement};

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

pub(crate) fn active() -> Option<Element> {
    document()?.active_element()
}

/// Puts the keyboard into the first element that matches a CSS selector; whether there was one.
pub fn focus_on(selector: &str) -> bool {
    let found = document().and_then(|document| document.query_selector(selector).ok().flatten());
    found.and_then(|element| element.dyn_into::<HtmlElement>().ok()).is_some_and(|element| element.focus().is_ok())
}

/// Whether the keyboard is in a field that takes text.
pub fn in_entry_field() -> bool {
    active().is_some_and(|element| takes_text(&element))
}

fn takes_text(element: &Element) -> bool {
    match element.tag_name().as_str() {
        "TEXTAREA" => true,
        "INPUT" => !matches!(element.get_attribute("type").as_deref(), Some("checkbox" | "radio" | "button")),
        _ => false,
    }
}

/// What a field held before a scan was typed into it.
#[derive(Clone, Debug)]
pub struct Snapshot {
    field: HtmlInputElement,
    value: String,
    caret: Option<u32>,
}

/// Copies the field that has the keyboard, if it is one.
pub fn snapshot() -> Option<Snapshot> {
    let field = active().filter(takes_text)?.dyn_into::<HtmlInputElement>().ok()?;
    Some(Snapshot { value: field.value(), caret: field.selection_start().ok().flatten(), field })
}

impl Snapshot {
    /// What the field held.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The same field with nothing in it.
    #[must_use]
    pub fn emptied(self) -> Self {
        Self { value: String::new(), caret: None, ..self }
    }

    /// Puts back what the field held, and tells whoever listens to it.
    pub fn restore(&self) {
        self.field.set_value(&self.value);
        let _only_text_has_a_caret = self.field.set_selection_start(self.caret);
        let _only_text_has_a_caret = self.field.set_selection_end(self.caret);
        if let Ok(event) = web_sys::Event::new_with_event_init_dict("input", &bubbling()) {
            let _default_not_prevented = self.field.dispatch_event(&event);
        }
    }
}

fn bubbling() -> web_sys::EventInit {
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    init
}
