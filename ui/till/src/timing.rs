//! Marks that tests read: when the till is ready, and how long a key takes to be seen.

use leptos::prelude::{request_animation_frame, set_timeout};
use std::cell::Cell;
use std::time::Duration;

/// Names of the marks and measures.
const READY: &str = "duka-ready";
const KEY: (&str, &str) = ("duka-key", "duka-key-to-paint");
const SCAN: (&str, &str) = ("duka-scan", "duka-scan-to-paint");
/// So many measures are kept; a till runs for weeks.
const KEPT: u32 = 200;

thread_local! {
    static IS_READY: Cell<bool> = const { Cell::new(false) };
    static MEASURED: Cell<u32> = const { Cell::new(0) };
}

fn performance() -> Option<web_sys::Performance> {
    web_sys::window()?.performance()
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    performance().map_or(0.0, |performance| performance.now())
}

/// The sell screen has the keyboard.
pub fn ready() {
    if let Some(performance) = performance().filter(|_| !IS_READY.replace(true)) {
        let _bad_name = performance.mark(READY);
    }
}

/// A key was pressed on the sell screen.
pub fn key_pressed() {
    begin(KEY.0);
    measure_after_paint(KEY);
}

/// A scan was heard.
pub fn scan_heard() {
    begin(SCAN.0);
}

/// What the scan led to is about to be drawn.
pub fn scan_taken() {
    measure_after_paint(SCAN);
}

fn begin(mark: &str) {
    if let Some(performance) = performance() {
        performance.clear_marks_with_mark_name(mark);
        let _bad_name = performance.mark(mark);
    }
}

fn measure_after_paint((mark, measure): (&'static str, &'static str)) {
    // A task that is queued while a frame is made runs when that frame was handed to the screen.
    request_animation_frame(move || {
        let painted = move || {
            let Some(performance) = performance() else { return };
            if MEASURED.replace(MEASURED.get().wrapping_add(1)).is_multiple_of(KEPT) {
                performance.clear_measures();
            }
            let _mark_was_cleared = performance.measure_with_start_mark(measure, mark);
        };
        set_timeout(painted, Duration::ZERO);
    });
}
