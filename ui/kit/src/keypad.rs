//! Figures for fingers.

use crate::amount::{marks, number_form};
use crate::icon::{Glyph, Icon};
use leptos::prelude::*;

/// A key of the keypad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PadKey {
    /// A digit or two.
    Digits(&'static str),
    /// The mark before decimals.
    Point(char),
    /// Rubs out the last character.
    Back,
}

/// What `text` becomes when `key` is pressed; at most 20 characters and one mark before decimals.
pub fn press(text: &str, key: PadKey) -> String {
    let mut text = text.to_owned();
    match key {
        PadKey::Digits(digits) if text.len() + digits.len() <= 20 => text.push_str(digits),
        PadKey::Point(mark) if !text.contains(mark) => {
            if text.is_empty() {
                text.push('0');
            }
            text.push(mark);
        }
        PadKey::Back => {
            text.pop();
        }
        PadKey::Digits(_) | PadKey::Point(_) => {}
    }
    text
}

/// The keys 0 to 9, the shop's mark before decimals (or `00`) and rubbing out. Focus stays where it is.
#[component]
pub fn Keypad(
    /// The text that the keys change.
    value: RwSignal<String>,
    /// Whether there are decimals; else `00`.
    #[prop(optional)]
    decimals: bool,
    /// The first key takes the place of what is there, as typing over a selection does.
    #[prop(optional)]
    replaces: bool,
    /// What a screen reader calls the key that rubs out.
    #[prop(into)]
    erase: String,
    /// Told after each press.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
) -> impl IntoView {
    let fresh = StoredValue::new(replaces.then(|| value.get_untracked()));
    let pressed = move |text: &str, key: PadKey| {
        let begun_with = fresh.try_update_value(Option::take).flatten();
        let over = key != PadKey::Back && begun_with.as_deref() == Some(text);
        press(if over { "" } else { text }, key)
    };
    let last = if decimals { PadKey::Point(marks(number_form()).0) } else { PadKey::Digits("00") };
    let keys =
        ["7", "8", "9", "4", "5", "6", "1", "2", "3"].map(PadKey::Digits).into_iter().chain([last, PadKey::Digits("0"), PadKey::Back]);
    let key = move |key: PadKey| {
        let (face, label, test) = match key {
            PadKey::Digits(digits) => (digits.into_any(), digits.to_owned(), format!("pad-{digits}")),
            PadKey::Point(mark) => (mark.to_string().into_any(), mark.to_string(), "pad-point".to_owned()),
            PadKey::Back => (view! { <Glyph icon=Icon::Erase/> }.into_any(), erase.clone(), "pad-back".to_owned()),
        };
        view! {
            <button type="button" tabindex="-1" aria-label=label data-test=test
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| {
                    value.update(|text| *text = pressed(text, key));
                    if let Some(told) = on_press { told.run(()); }
                }>{face}</button>
        }
    };
    view! { <div class="keypad" dir="ltr">{keys.map(key).collect_view()}</div> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_make_an_amount() {
        for (mark, amount) in [('.', "0.50"), (',', "0,50")] {
            let typed = [PadKey::Point(mark), PadKey::Digits("5"), PadKey::Point(mark), PadKey::Digits("00"), PadKey::Back];
            assert_eq!(typed.into_iter().fold(String::new(), |text, key| press(&text, key)), amount);
        }
        assert_eq!(press("", PadKey::Back), "");
        assert_eq!(press(&"9".repeat(20), PadKey::Digits("9")), "9".repeat(20));
    }
}
