//! Paying in cash, without its looks: what was handed over, what comes back, and what the cashier was shown when Enter was pressed.

use crate::backend;
use crate::basket::{Job, enqueue};
use crate::till::{Over, Screen, Till};
use crate::typed::amount;
use duka_api::Problem;
use duka_api::till::Tender;
use duka_core::{Barcode, ErrorCode, Money};
use duka_pricing::{TenderError, change_due};
use duka_ui_kit::{Tone, Unread, play};
use leptos::prelude::*;

/// What is typed on the tender sheet, and how it went. Copies are the same.
#[derive(Clone, Copy)]
pub struct TenderState {
    /// Cash handed over, as typed.
    pub text: RwSignal<String>,
    /// Why the sale was not paid.
    pub problem: RwSignal<Option<Problem>>,
    /// The sale was not paid because it came to something else than was shown.
    pub total_changed: RwSignal<bool>,
    /// Whether the sale is being completed.
    pub completing: RwSignal<bool>,
}

impl TenderState {
    /// Nothing typed.
    pub fn new() -> Self {
        Self {
            text: RwSignal::new(String::new()),
            problem: RwSignal::new(None),
            total_changed: RwSignal::new(false),
            completing: RwSignal::new(false),
        }
    }

    fn forget_outcome(self) {
        self.problem.set(None);
        self.total_changed.set(false);
    }
}

/// How the basket is to be paid, as it was when the key was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paying {
    /// Cash handed over; exactly what is due when none.
    tendered: Option<Money>,
    /// To pay, as the cashier saw it.
    shown: Money,
}

/// What was typed, and what follows from it.
#[derive(Clone, Debug, PartialEq)]
pub enum Handed {
    /// Nothing was typed: exactly what is due.
    Exact,
    /// Enough; so much comes back.
    Enough(Money, Money),
    /// A barcode: a scanner so slow that it looked like a person must not pay the sale with its digits.
    Scan(String),
    /// Less than is due.
    TooLow,
    /// Not an amount, or two of them.
    Wrong(Unread),
}

/// Reads what was typed.
pub fn handed(till: Till) -> Handed {
    let (text, Some(due)) = (till.tender.text.get(), till.basket.due()) else { return Handed::Exact };
    if let Some(code) = as_code(&text) {
        return Handed::Scan(code);
    }
    match amount(&text, Some(due.currency())) {
        Err(Unread::Nothing) => Handed::Exact,
        Err(unread) => Handed::Wrong(unread),
        Ok(tendered) => match change_due(due, tendered) {
            Ok(change) => Handed::Enough(tendered, change),
            Err(TenderError::TooLow { .. }) => Handed::TooLow,
            Err(TenderError::Money(_)) => Handed::Wrong(Unread::TooLarge),
        },
    }
}

/// A text that holds together as a barcode: nobody pays a hundred thousand in cash without a mark before the decimals.
fn as_code(text: &str) -> Option<String> {
    Barcode::parse(text).ok().filter(Barcode::is_gtin).map(|_| text.trim().to_owned())
}

/// Opens the tender sheet, if there is anything to pay and nothing else is open.
pub fn open_tender(till: Till) {
    let selling = till.screen.get_untracked() == Screen::Sell && till.over.get_untracked().is_none();
    if selling && untrack(|| till.basket.has_lines()) {
        till.tender.text.set(String::new());
        till.tender.forget_outcome();
        till.open(Over::Tender);
    }
}

/// Pays with what was typed, or exactly.
pub fn pay(till: Till) {
    match untrack(|| handed(till)) {
        Handed::Exact => pay_exactly(till),
        Handed::Enough(tendered, _) => enqueue_paying(till, Some(tendered)),
        Handed::Scan(code) => {
            till.tender.text.set(String::new());
            enqueue(till, Job::Scan(code));
        }
        Handed::TooLow | Handed::Wrong(_) => {}
    }
}

/// Pays exactly what is shown.
pub fn pay_exactly(till: Till) {
    enqueue_paying(till, None);
}

fn enqueue_paying(till: Till, tendered: Option<Money>) {
    if let Some(shown) = untrack(|| till.basket.due()) {
        enqueue(till, Job::Complete(Paying { tendered, shown }));
    }
}

/// Completes the sale, unless the sheet was closed meanwhile. A basket that comes to something else than was shown is not paid: the sheet
/// stays open with what it comes to now.
pub async fn complete(till: Till, paying: Paying) {
    let receipt = untrack(|| till.basket.with(|basket| basket.receipt));
    let Some(receipt) = receipt.filter(|_| till.over.get_untracked() == Some(Over::Tender)) else { return };
    till.tender.completing.set(true);
    till.tender.forget_outcome();
    match backend::sale_complete(&Tender { receipt, tendered: paying.tendered, shown: paying.shown }).await {
        Ok(done) => {
            play(Tone::Done);
            till.basket.take(done.basket.clone());
            till.basket.notice.set(None);
            till.finder.clear();
            till.open(Over::Done(Box::new(done)));
        }
        Err(problem) => {
            play(Tone::NotFound);
            not_paid(till, paying, problem).await;
        }
    }
    till.tender.completing.set(false);
}

async fn not_paid(till: Till, paying: Paying, problem: Problem) {
    if problem.code == ErrorCode::Conflict
        && let Ok(state) = backend::state().await
    {
        if let Some(basket) = state.basket {
            till.basket.take(basket);
        }
        till.tender.total_changed.set(untrack(|| till.basket.due()) != Some(paying.shown));
    }
    if !till.tender.total_changed.get_untracked() {
        till.tender.problem.set(Some(problem));
    }
}

#[cfg(test)]
mod tests {
    use super::as_code;

    #[test]
    fn a_barcode_is_not_an_amount() {
        assert_eq!(as_code(" 5000112637922 "), Some("5000112637922".to_owned()));
        for amount in ["20", "20.00", "1000000", "50001126379.22"] {
            assert_eq!(as_code(amount), None, "{amount}");
        }
    }
}
