//! The scanner that types like a keyboard: its keys are told from a person's, and a scan is undone where it was typed and taken where it
//! belongs.

use crate::basket::BasketState;
use crate::till::Till;
use crate::timing;
use duka_ui_kit::wedge::{Heard, Place, Wedge, mended};
use duka_ui_kit::{Snapshot, in_entry_field, snapshot};
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use web_sys::KeyboardEvent;

/// A little later than [`Wedge::PAUSE`].
const REST: Duration = Duration::from_millis(70);

/// The recogniser, and the field that the present burst is typed into.
#[derive(Clone)]
pub struct Scanner {
    till: Till,
    basket: BasketState,
    burst: Rc<RefCell<Burst>>,
}

#[derive(Default)]
struct Burst {
    wedge: Wedge,
    before: Option<Snapshot>,
}

impl Scanner {
    /// Nothing heard yet.
    pub fn new(till: Till, basket: BasketState) -> Self {
        Self { till, basket, burst: Rc::default() }
    }

    /// What came so far was no scan: a key was held down, or a shortcut pressed.
    pub fn forget(&self) {
        self.burst.borrow_mut().wedge.forget();
    }

    /// Hears a key; false when it was the end of a scan and must do nothing else.
    pub fn key(&self, event: &KeyboardEvent, key: &str) -> bool {
        let place = if in_entry_field() { Place::Field } else { Place::Elsewhere };
        let heard = self.burst.borrow_mut().wedge.key(key, event.time_stamp(), place);
        match heard {
            Heard::Nothing => {}
            Heard::Begin => self.burst.borrow_mut().before = snapshot(),
            Heard::More => self.end_at_rest(),
            Heard::Scan(code) => {
                self.take(code);
                return false;
            }
            Heard::Swallow => return false,
        }
        true
    }

    /// Some scanners send no Enter: silence ends their scan.
    fn end_at_rest(&self) {
        let scanner = self.clone();
        let rest = move || {
            let rested = scanner.burst.borrow_mut().wedge.rest(timing::now());
            if let Some(code) = rested {
                scanner.take(code);
            }
        };
        set_timeout(rest, REST);
    }

    fn take(&self, code: String) {
        timing::scan_heard();
        let before = self.burst.borrow_mut().before.take();
        let whole = before.as_ref().and_then(|before| mended(before.value(), &code));
        if let Some(before) = before {
            (if whole.is_some() { before.emptied() } else { before }).restore();
        }
        let code = whole.unwrap_or(code);
        match self.till.scan_taker() {
            Some(taker) => taker.run(code),
            None => self.basket.scan(code),
        }
    }
}
