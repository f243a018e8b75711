//! Every key of the keyboard and of the scanner passes here first.

use crate::jobs::{Job, enqueue};
use crate::till::{Over, Screen, Stage, Till};
use crate::{sell, tender, timing};
use duka_api::till::{ChangeLine, LineChange};
use duka_ui_kit::wedge::{Heard, Place, Wedge, mended};
use duka_ui_kit::{Snapshot, focus_on, in_entry_field, snapshot};
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::KeyboardEvent;

/// The recogniser, and the field that the present burst is typed into.
#[derive(Default)]
struct Ear {
    wedge: Wedge,
    before: Option<Snapshot>,
}

/// Listens to the window before anything in it does.
pub fn listen(till: Till) {
    let ear = Rc::new(RefCell::new(Ear::default()));
    let pressed = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| pressed(till, &ear, &event));
    if let Some(window) = web_sys::window() {
        let _never_fails = window.add_event_listener_with_callback_and_bool("keydown", pressed.as_ref().unchecked_ref(), true);
    }
    pressed.forget();
}

fn pressed(till: Till, ear: &Rc<RefCell<Ear>>, event: &KeyboardEvent) {
    if till.stage.get_untracked() != Stage::Ready || event.is_composing() {
        return;
    }
    let key = event.key();
    let chord = event.ctrl_key() || event.alt_key() || event.meta_key();
    if chord || event.repeat() {
        ear.borrow_mut().wedge.forget();
    } else if !redirect_and_hear(till, ear, event, &key) {
        swallow(event);
        return;
    }
    if !chord && act(till, event, &key) {
        swallow(event);
    }
}

fn swallow(event: &KeyboardEvent) {
    event.prevent_default();
    event.stop_immediate_propagation();
}

/// Feeds the recogniser; false when the key was the end of a scan and must do nothing else.
fn redirect_and_hear(till: Till, ear: &Rc<RefCell<Ear>>, event: &KeyboardEvent, key: &str) -> bool {
    if sells(till) && key.chars().count() == 1 && key != " " {
        if !in_entry_field() {
            focus_on("[data-test=search]");
        }
        timing::key_pressed();
    }
    let place = if in_entry_field() { Place::Field } else { Place::Elsewhere };
    let heard = ear.borrow_mut().wedge.key(key, event.time_stamp(), place);
    match heard {
        Heard::Nothing => true,
        Heard::Begin => {
            ear.borrow_mut().before = snapshot();
            true
        }
        Heard::More => {
            let ear = Rc::clone(ear);
            let rest = move || {
                let rested = ear.borrow_mut().wedge.rest(timing::now());
                if let Some(code) = rested {
                    heard_scan(till, &ear, code);
                }
            };
            set_timeout_local(rest);
            true
        }
        Heard::Scan(code) => {
            heard_scan(till, ear, code);
            false
        }
        Heard::Swallow => false,
    }
}

/// A little later than [`Wedge::PAUSE`].
fn set_timeout_local(rest: impl FnOnce() + 'static) {
    set_timeout(rest, Duration::from_millis(70));
}

fn heard_scan(till: Till, ear: &Rc<RefCell<Ear>>, code: String) {
    timing::scan_heard();
    let before = ear.borrow_mut().before.take();
    let whole = before.as_ref().and_then(|before| mended(before.value(), &code));
    if let Some(before) = before {
        (if whole.is_some() { before.emptied() } else { before }).restore();
    }
    let code = whole.unwrap_or(code);
    match till.scan_taker() {
        Some(taker) => taker.run(code),
        None => enqueue(till, Job::Scan(code)),
    }
}

/// Whether the sell screen is open with nothing over it.
fn sells(till: Till) -> bool {
    till.over.with_untracked(Option::is_none)
        && till.screen.with_untracked(|screen| *screen == Screen::Sell)
        && till.shift.with_untracked(Option::is_some)
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
        None if till.jobs.tender_is_coming() && key == "Enter" => {
            enqueue(till, Job::Complete(None));
            true
        }
        None => screen_key(till, event, key) || function_key,
    }
}

fn tender_key(till: Till, key: &str) -> bool {
    match key {
        "Enter" if !on_button() => {
            tender::complete(till);
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
    let searching = till.search.with_untracked(|search| !search.is_empty());
    match key {
        "F12" => enqueue(till, Job::OpenTender),
        "F2" => on_line(till, Over::Quantity),
        "F3" => on_line(till, Over::Discount),
        "F4" => on_line(till, Over::Note),
        "Delete" if event.shift_key() => cancel_sale(till),
        "Delete" if !searching => remove_line(till),
        "ArrowUp" => step(till, searching, false),
        "ArrowDown" => step(till, searching, true),
        "Enter" if !on_button() => sell::take_search(till),
        "Escape" if searching => clear_search(till),
        "Escape" => till.notice.set(None),
        _ => return false,
    }
    true
}

/// Opens a sheet for the line that keys act on, if there is one.
pub fn on_line(till: Till, over: fn(u32) -> Over) {
    if let Some(line) = untrack(|| till.selected_line()) {
        till.open(over(line.line));
    }
}

/// Takes the line that keys act on out of the basket.
pub fn remove_line(till: Till) {
    if let Some(line) = untrack(|| till.selected_line()) {
        enqueue(till, Job::Change(ChangeLine { line: line.line, change: LineChange::Remove }));
    }
}

/// Asks whether the basket is to be given up.
pub fn cancel_sale(till: Till) {
    if untrack(|| till.has_lines()) {
        till.open(Over::CancelSale);
    }
}

/// Empties the search box.
pub fn clear_search(till: Till) {
    till.search.set(String::new());
    till.marked.set(None);
}

fn step(till: Till, searching: bool, down: bool) {
    if searching {
        let last = till.found.with_untracked(Vec::len).checked_sub(1);
        till.marked.update(|marked| {
            *marked = match (*marked, down) {
                (None, true) => last.map(|_| 0),
                (Some(at), true) => last.map(|last| at.saturating_add(1).min(last)),
                (Some(at), false) => at.checked_sub(1),
                (None, false) => None,
            };
        });
        return;
    }
    let numbers: Vec<u32> =
        till.basket.with_untracked(|basket| basket.iter().flat_map(|basket| basket.lines.iter().map(|line| line.line)).collect());
    let at = numbers.iter().position(|number| Some(*number) == till.selected.get_untracked());
    let next = match (at, down) {
        (Some(at), true) => numbers.get(at.saturating_add(1)),
        (Some(at), false) => at.checked_sub(1).and_then(|at| numbers.get(at)),
        (None, _) => numbers.last(),
    };
    if let Some(next) = next {
        till.selected.set(Some(*next));
    }
}
