//! Which lines of a receipt come back, and how much of each; what that is worth says the money engine.

use duka_api::till::{Receipt, ReceiptLine, RefundLines, RefundedLine};
use duka_core::{Money, Quantity, ReceiptId};
use duka_pricing::{gross_of_part, left_of};
use leptos::prelude::*;

/// A line, what is left of it, and how much of that comes back now.
#[derive(Clone)]
pub struct Part {
    pub line: ReceiptLine,
    pub left: Quantity,
    pub now: RwSignal<Quantity>,
}

impl Part {
    fn new(line: ReceiptLine) -> Option<Self> {
        let left = left_of(line.quantity, line.refunded)?;
        let zero = Quantity::try_new(0, left.unit()).ok()?;
        Some(Self { line, left, now: RwSignal::new(zero) })
    }

    /// What is given back for it.
    pub fn gross(&self) -> Money {
        let none = Money::zero(self.line.gross.currency());
        let now = self.now.get();
        if now.is_zero() { none } else { gross_of_part(self.line.quantity, self.line.gross, self.line.refunded, now).unwrap_or(none) }
    }
}

/// The lines of a receipt, those that can come back and those that did. Copies are the same.
#[derive(Clone, Copy)]
pub struct Parts {
    receipt: ReceiptId,
    parts: StoredValue<Vec<Part>>,
    gone: StoredValue<Vec<ReceiptLine>>,
}

impl Parts {
    /// Nothing comes back yet.
    pub fn new(receipt: &Receipt) -> Self {
        let gone = receipt.lines.iter().filter(|line| left_of(line.quantity, line.refunded).is_none()).cloned().collect();
        Self {
            receipt: receipt.summary.receipt,
            parts: StoredValue::new(receipt.lines.iter().cloned().filter_map(Part::new).collect()),
            gone: StoredValue::new(gone),
        }
    }

    /// Lines of which something is left.
    pub fn left(self) -> Vec<Part> {
        self.parts.get_value()
    }

    /// Lines of which all came back before.
    pub fn gone(self) -> Vec<ReceiptLine> {
        self.gone.get_value()
    }

    /// All that is left comes back.
    pub fn take_all(self) {
        self.parts.with_value(|parts| parts.iter().for_each(|part| part.now.set(part.left)));
    }

    /// Whether nothing comes back yet.
    pub fn is_nothing(self) -> bool {
        self.parts.with_value(|parts| parts.iter().all(|part| part.now.get().is_zero()))
    }

    /// What is given back for all of them; none when that is more than Duka can hold.
    pub fn total(self, nothing: Money) -> Option<Money> {
        self.parts.with_value(|parts| Money::sum(nothing.currency(), parts.iter().map(Part::gross))).ok()
    }

    /// As it is sent.
    pub fn lines(self) -> RefundLines {
        let lines = self.parts.with_value(|parts| {
            let chosen = parts.iter().filter(|part| part.now.get_untracked().is_positive());
            chosen.map(|part| RefundedLine { line: part.line.line, quantity: part.now.get_untracked() }).collect()
        });
        RefundLines::Receipt { receipt: self.receipt, lines }
    }
}
