//! Every key of the keyboard and of the scanner passes here first.

use crate::basket::{Job, cancel_sale, enqueue, on_line, remove_line};
use crate::product::take_search;
use crate::sale;
use crate::scanner::Scanner;
use crate::till::{Over, Screen, Stage, Till};
use crate::timing;
use duka_ui_kit::{focus_on, in_entry_field};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::KeyboardEvent;

/// Listens to the window before anything in it does.
pub fn listen(till: Till) {
    let scanner = Scanner::new(till);
    let pressed = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| pressed(till, &scanner, &event));
    if let Some(window) = web_sys::window() {
        let _never_fails = window.add_event_listener_with_callback_and_bool("keydown", pressed.as_ref().unchecked_ref(), true);
    }
    pressed.forget();
}

fn pressed(till: Till, scanner: &Scanner, event: &KeyboardEvent) {
    if till.stage.get_untracked() != Stage::Ready || event.is_composing() {
        return;
    }
    let key = event.key();
    let chord = event.ctrl_key() || event.alt_key() || event.meta_key();
    if chord || event.repeat() {
        scanner.forget();
    } else {
        to_search(till, &key);
        if !scanner.key(event, &key) {
            swallow(event);
            return;
        }
    }
    if !chord && act(till, event, &key) {
        swallow(event);
    }
}

/// What is typed while nothing is open goes to the search box, wherever the keyboard was.
fn to_search(till: Till, key: &str) {
    if sells(till) && key.chars().count() == 1 && key != " " {
        if !in_entry_field() {
            focus_on("[data-test=search]");
        }
        timing::key_pressed();
    }
}

fn swallow(event: &KeyboardEvent) {
    event.prevent_default();
    event.stop_immediate_propagation();
}

/// Whether the sell screen is open with nothing over it.
fn sells(till: Till) -> bool {
    till.over.with_untracked(Option::is_none) && till.screen.with_untracked(|screen| *screen == Screen::Sell) && untrack(|| till.in_shift())
}

/// Does what a key stands for; false when it stands for nothing here.
fn act(till: Till, event: &KeyboardEvent, key: &str) -> bool {
    let function_key = key.len() > 1 && key.starts_with('F') && key[1..].bytes().all(|b| b.is_ascii_digit());
    if event.repeat() && (function_key || key == "Enter") {
        // A key that is held down is pressed once. In a field or on a button its holding means nothing either.
        return true;
    }
    match till.over.get_untracked() {
        Some(Over::Tender) => tender_key(till, key) || function_key,
        Some(Over::Done(_)) if key == "Enter" && !on_button() => {
            till.close();
            true
        }
        Some(Over::RefundDone(_)) if key == "Enter" && !on_button() => {
            till.leave(Screen::Sell);
            true
        }
        Some(_) => function_key,
        None if till.queue.tender_is_coming() && key == "Enter" => {
            sale::pay_exactly(till);
            true
        }
        None => screen_key(till, event, key) || function_key,
    }
}

fn tender_key(till: Till, key: &str) -> bool {
    match key {
        "Enter" if !on_button() => {
            sale::pay(till);
            true
        }
        _ => false,
    }
}

/// Whether Enter belongs to the button that has the keyboard.
fn on_button() -> bool {
    let active = web_sys::window().and_then(|window| window.document()).and_then(|document| document.active_element());
    active.is_some_and(|element| element.tag_name() == "BUTTON" && element.get_attribute("data-first").is_none())
}

fn screen_key(till: Till, event: &KeyboardEvent, key: &str) -> bool {
    match key {
        "F5" => till.go(Screen::Receipts(false)),
        "F6" => refund_key(till),
        "F7" => till.go(Screen::Products),
        "F8" => till.go(Screen::Shift(None)),
        "F9" => till.go(Screen::Settings),
        "Escape" if till.screen.get_untracked() != Screen::Sell => till.go(Screen::Sell),
        _ if sells(till) => return sell_key(till, event, key),
        _ => return false,
    }
    true
}

fn refund_key(till: Till) {
    let next = if till.screen.get_untracked() == Screen::Receipts(true) { Screen::RefundUnlinked } else { Screen::Receipts(true) };
    till.go(next);
}

fn sell_key(till: Till, event: &KeyboardEvent, key: &str) -> bool {
    let searching = till.finder.search.with_untracked(|search| !search.is_empty());
    match key {
        "F12" => enqueue(till, Job::OpenTender),
        "F2" => on_line(till, Over::Quantity),
        "F3" => on_line(till, Over::Discount),
        "F4" => on_line(till, Over::Note),
        "Delete" if event.shift_key() => cancel_sale(till),
        "Delete" if !searching => remove_line(till),
        "ArrowUp" | "ArrowDown" if searching => till.finder.step(key == "ArrowDown"),
        "ArrowUp" | "ArrowDown" => till.basket.step(key == "ArrowDown"),
        "Enter" if !on_button() => take_search(till),
        "Escape" if searching => till.finder.clear(),
        "Escape" => till.basket.notice.set(None),
        _ => return false,
    }
    true
}
