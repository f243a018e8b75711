//! What is being sold: the basket as the engine last gave it, the line that keys act on, and what is said above it.

mod cancel;
mod change;
mod deed;
mod line;
mod line_sheet;
mod notice;
mod pane;
mod queue;
mod totals;

pub use cancel::CancelSheet;
pub use line_sheet::{DiscountSheet, NoteSheet, QuantitySheet};
pub use notice::{Notice, notice_text};
pub use pane::BasketPane;

use crate::till::{Over, Till};
use duka_api::till::{Basket, BasketLine};
use duka_core::{Money, Unit};
use leptos::prelude::*;
use queue::Queue;
use std::future::Future;

/// The basket's state. Copies are the same basket.
#[derive(Clone, Copy)]
pub struct BasketState {
    till: Till,
    queue: Queue,
    now: RwSignal<Option<Basket>>,
    /// The line that keys act on.
    pub selected: RwSignal<Option<u32>>,
    pub notice: RwSignal<Option<Notice>>,
}

impl BasketState {
    /// Before the engine gave one.
    pub fn new(till: Till) -> Self {
        let (now, selected, notice) = (RwSignal::new(None), RwSignal::new(None), RwSignal::new(None));
        let basket = Self { till, queue: Queue::new(), now, selected, notice };
        till.give_basket_to(move |given| basket.take(given));
        basket
    }

    /// Does something with the basket after everything that was scanned or pressed before it.
    pub fn in_turn(self, deed: impl Future<Output = ()> + 'static) {
        self.queue.push(deed);
    }

    /// Whether something is being done to it.
    pub fn is_working(self) -> bool {
        self.queue.working.get()
    }

    /// Takes over a basket; keys act on the line that was touched last.
    pub fn take(self, basket: Basket) {
        self.selected.set(basket.current.or_else(|| basket.lines.last().map(|line| line.line)));
        self.now.set(Some(basket));
    }

    /// A part of the basket, once there is one.
    pub fn with<T>(self, part: impl FnOnce(&Basket) -> T) -> Option<T> {
        self.now.with(|basket| basket.as_ref().map(part))
    }

    /// To pay.
    pub fn due(self) -> Option<Money> {
        self.with(|basket| basket.gross)
    }

    /// Whether anything is in it.
    pub fn has_lines(self) -> bool {
        self.with(|basket| !basket.lines.is_empty()).unwrap_or(false)
    }

    /// A line of it.
    pub fn line(self, number: u32) -> Option<BasketLine> {
        self.with(|basket| basket.lines.iter().find(|line| line.line == number).cloned()).flatten()
    }

    /// The line that keys act on.
    pub fn selected_line(self) -> Option<BasketLine> {
        self.line(self.selected.get()?)
    }

    /// How many things are in it: pieces as they are counted, each thing that is weighed or measured as one.
    pub fn items(self) -> u64 {
        self.with(|basket| basket.lines.iter().map(things).fold(0, u64::saturating_add)).unwrap_or(0)
    }

    /// Opens a sheet for the line that keys act on, if there is one.
    pub fn on_selected(self, over: fn(u32) -> Over) {
        if let Some(line) = untrack(|| self.selected_line()) {
            self.till.open(over(line.line));
        }
    }

    /// Asks whether the basket is to be given up.
    pub fn ask_to_cancel(self) {
        if untrack(|| self.has_lines()) {
            self.till.open(Over::CancelSale);
        }
    }

    /// Keys act on the line below or above.
    pub fn step(self, down: bool) {
        let numbers: Vec<u32> = untrack(|| self.with(|basket| basket.lines.iter().map(|line| line.line).collect())).unwrap_or_default();
        let at = numbers.iter().position(|number| Some(*number) == self.selected.get_untracked());
        let next = match (at, down) {
            (Some(at), true) => numbers.get(at.saturating_add(1)),
            (Some(at), false) => at.checked_sub(1).and_then(|at| numbers.get(at)),
            (None, _) => numbers.last(),
        };
        if let Some(next) = next {
            self.selected.set(Some(*next));
        }
    }
}

fn things(line: &BasketLine) -> u64 {
    match line.quantity.unit() {
        Unit::Each => u64::try_from(line.quantity.thousandths() / 1_000).unwrap_or(0),
        Unit::Kilogram | Unit::Litre | Unit::Metre => 1,
    }
}

/// The basket of the till that the calling component is part of.
pub fn use_basket() -> BasketState {
    expect_context()
}
