//! Every key of the keyboard and of the scanner passes here first.

use crate::basket::BasketState;
use crate::product::Finder;
use crate::sale::TenderState;
use crate::scanner::Scanner;
use crate::till::{Over, Screen, Stage, Till};
use crate::timing;
use duka_ui_kit::{focus_on, in_entry_field};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::KeyboardEvent;

/// What keys act on. Copies are the same.
#[derive(Clone, Copy)]
pub struct Keys {
    pub till: Till,
    pub basket: BasketState,
    pub finder: Finder,
    pub tender: TenderState,
}

impl Keys {
    /// Listens to the window before anything in it does.
    pub fn listen(self) {
        let scanner = Scanner::new(self.till, self.basket);
        let pressed = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| self.pressed(&scanner, &event));
        if let Some(window) = web_sys::window() {
            let _never_fails = window.add_event_listener_with_callback_and_bool("keydown", pressed.as_ref().unchecked_ref(), true);
        }
        pressed.forget();
    }

    fn pressed(self, scanner: &Scanner, event: &KeyboardEvent) {
        if self.till.stage.get_untracked() != Stage::Ready || event.is_composing() {
            return;
        }
        let key = event.key();
        let chord = event.ctrl_key() || event.alt_key() || event.meta_key();
        if chord || event.repeat() {
            scanner.forget();
        } else {
            self.to_search(&key);
            if !scanner.key(event, &key) {
                swallow(event);
                return;
            }
        }
        if !chord && self.act(event, &key) {
            swallow(event);
        }
    }

    /// What is typed while nothing is open goes to the search box, wherever the keyboard was.
    fn to_search(self, key: &str) {
        if self.sells() && key.chars().count() == 1 && key != " " {
            if !in_entry_field() {
                focus_on("[data-test=search]");
            }
            timing::key_pressed();
        }
    }

    /// Whether the sell screen is open with nothing over it.
    fn sells(self) -> bool {
        self.till.over.with_untracked(Option::is_none)
            && self.till.screen.with_untracked(|screen| *screen == Screen::Sell)
            && untrack(|| self.till.in_shift())
    }

    /// Does what a key stands for; false when it stands for nothing here.
    fn act(self, event: &KeyboardEvent, key: &str) -> bool {
        let function_key = key.len() > 1 && key.starts_with('F') && key[1..].bytes().all(|b| b.is_ascii_digit());
        if event.repeat() && (function_key || key == "Enter") {
            // A key that is held down is pressed once. In a field or on a button its holding means nothing either.
            return true;
        }
        match self.till.over.get_untracked() {
            Some(Over::Tender) => self.tender_key(key) || function_key,
            Some(Over::Done(_)) if key == "Enter" && !on_button() => {
                self.till.close();
                true
            }
            Some(Over::RefundDone(_)) if key == "Enter" && !on_button() => {
                self.till.leave(Screen::Sell);
                true
            }
            Some(_) => function_key,
            None if self.tender.is_coming() && key == "Enter" => {
                self.tender.pay_exactly();
                true
            }
            None => self.screen_key(event, key) || function_key,
        }
    }

    fn tender_key(self, key: &str) -> bool {
        match key {
            "Enter" if !on_button() => {
                self.tender.pay();
                true
            }
            _ => false,
        }
    }

    fn screen_key(self, event: &KeyboardEvent, key: &str) -> bool {
        match key {
            "F5" => self.till.go(Screen::Receipts(false)),
            "F6" => self.refund_key(),
            "F7" => self.till.go(Screen::Products),
            "F8" => self.till.go(Screen::Shift(None)),
            "F9" => self.till.go(Screen::Settings),
            "Escape" if self.till.screen.get_untracked() != Screen::Sell => self.till.go(Screen::Sell),
            _ if self.sells() => return self.sell_key(event, key),
            _ => return false,
        }
        true
    }

    fn refund_key(self) {
        let next = if self.till.screen.get_untracked() == Screen::Receipts(true) { Screen::RefundUnlinked } else { Screen::Receipts(true) };
        self.till.go(next);
    }

    fn sell_key(self, event: &KeyboardEvent, key: &str) -> bool {
        let searching = self.finder.search.with_untracked(|search| !search.is_empty());
        match key {
            "F12" => self.tender.open(),
            "F2" => self.basket.on_selected(Over::Quantity),
            "F3" => self.basket.on_selected(Over::Discount),
            "F4" => self.basket.on_selected(Over::Note),
            "Delete" if event.shift_key() => self.basket.ask_to_cancel(),
            "Delete" if !searching => self.basket.remove_selected(),
            "ArrowUp" | "ArrowDown" if searching => self.finder.step(key == "ArrowDown"),
            "ArrowUp" | "ArrowDown" => self.basket.step(key == "ArrowDown"),
            "Enter" if !on_button() => self.finder.take(),
            "Escape" if searching => self.finder.clear(),
            "Escape" => self.basket.notice.set(None),
            _ => return false,
        }
        true
    }
}

fn swallow(event: &KeyboardEvent) {
    event.prevent_default();
    event.stop_immediate_propagation();
}

/// Whether Enter belongs to the button that has the keyboard.
fn on_button() -> bool {
    let active = web_sys::window().and_then(|window| window.document()).and_then(|document| document.active_element());
    active.is_some_and(|element| element.tag_name() == "BUTTON" && element.get_attribute("data-first").is_none())
}
