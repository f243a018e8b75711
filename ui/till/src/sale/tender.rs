//! Paying in cash, without its looks: what was handed over, what comes back, and what the cashier was shown when Enter was pressed.

use crate::backend;
use crate::basket::BasketState;
use crate::product::Finder;
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
    till: Till,
    basket: BasketState,
    finder: Finder,
    /// Cash handed over, as typed.
    pub text: RwSignal<String>,
    /// Why the sale was not paid.
    pub problem: RwSignal<Option<Problem>>,
    /// The sale was not paid because it came to something else than was shown.
    pub total_changed: RwSignal<bool>,
    /// Whether the sale is being completed.
    pub completing: RwSignal<bool>,
    /// How often the sheet was asked for and waits for what was scanned before.
    coming: StoredValue<u32>,
}

/// How the basket is to be paid, as it was when the key was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Paying {
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

impl TenderState {
    /// Nothing typed.
    pub fn new(till: Till, basket: BasketState, finder: Finder) -> Self {
        Self {
            till,
            basket,
            finder,
            text: RwSignal::new(String::new()),
            problem: RwSignal::new(None),
            total_changed: RwSignal::new(false),
            completing: RwSignal::new(false),
            coming: StoredValue::new(0),
        }
    }

    /// Reads what was typed.
    pub fn handed(self) -> Handed {
        let (text, Some(due)) = (self.text.get(), self.basket.due()) else { return Handed::Exact };
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

    /// Begins to pay once what was scanned before is in the basket.
    pub fn open(self) {
        self.coming.update_value(|coming| *coming = coming.saturating_add(1));
        self.basket.in_turn(async move {
            self.open_now();
            self.coming.update_value(|coming| *coming = coming.saturating_sub(1));
        });
    }

    /// Whether paying will begin as soon as what was scanned before is done.
    pub fn is_coming(self) -> bool {
        self.coming.get_value() > 0
    }

    /// Opens the tender sheet, if there is anything to pay and nothing else is open. At a till that was revoked, what can be done about that.
    fn open_now(self) {
        let selling = self.till.screen.get_untracked() == Screen::Sell && self.till.over.get_untracked().is_none();
        if selling && untrack(|| self.basket.has_lines()) {
            self.text.set(String::new());
            self.forget_outcome();
            self.till.open(if untrack(|| self.till.is_revoked()) { Over::Link } else { Over::Tender });
        }
    }

    /// Pays with what was typed, or exactly.
    pub fn pay(self) {
        match untrack(|| self.handed()) {
            Handed::Exact => self.pay_exactly(),
            Handed::Enough(tendered, _) => self.pay_in_turn(Some(tendered)),
            Handed::Scan(code) => {
                self.text.set(String::new());
                self.basket.scan(code);
            }
            Handed::TooLow | Handed::Wrong(_) => {}
        }
    }

    /// Pays exactly what is shown.
    pub fn pay_exactly(self) {
        self.pay_in_turn(None);
    }

    fn pay_in_turn(self, tendered: Option<Money>) {
        if let Some(shown) = untrack(|| self.basket.due()) {
            self.basket.in_turn(self.complete(Paying { tendered, shown }));
        }
    }

    /// Completes the sale, unless the sheet was closed meanwhile. A basket that comes to something else than was shown is not paid: the
    /// sheet stays open with what it comes to now.
    async fn complete(self, paying: Paying) {
        let receipt = untrack(|| self.basket.with(|basket| basket.receipt));
        let Some(receipt) = receipt.filter(|_| self.till.over.get_untracked() == Some(Over::Tender)) else { return };
        self.completing.set(true);
        self.forget_outcome();
        match backend::sale_complete(&Tender { receipt, tendered: paying.tendered, shown: paying.shown }).await {
            Ok(done) => {
                play(Tone::Done);
                self.basket.take(done.basket.clone());
                self.basket.notice.set(None);
                self.finder.clear();
                self.till.open(Over::Done(Box::new(done)));
            }
            Err(problem) => {
                play(Tone::NotFound);
                self.not_paid(paying, problem).await;
            }
        }
        self.completing.set(false);
    }

    async fn not_paid(self, paying: Paying, problem: Problem) {
        if problem.code == ErrorCode::Conflict
            && let Ok(state) = backend::state().await
        {
            if let Some(basket) = state.basket {
                self.basket.take(basket);
            }
            self.total_changed.set(untrack(|| self.basket.due()) != Some(paying.shown));
        }
        if !self.total_changed.get_untracked() {
            self.problem.set(Some(problem));
        }
    }

    fn forget_outcome(self) {
        self.problem.set(None);
        self.total_changed.set(false);
    }
}

/// The paying of the till that the calling component is part of.
pub fn use_tender() -> TenderState {
    expect_context()
}

/// A text that holds together as a barcode: nobody pays a hundred thousand in cash without a mark before the decimals.
fn as_code(text: &str) -> Option<String> {
    Barcode::parse(text).ok().filter(Barcode::is_gtin).map(|_| text.trim().to_owned())
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
