//! A correction of stock as it is typed.

use crate::backend;
use crate::request::Request;
use crate::text::{fill, t};
use crate::till::Till;
use crate::typed::Typed;
use duka_api::till::{AdjustStock, Product, StockReason};
use duka_core::{ProductId, Quantity};
use duka_ui_kit::{Mood, Unread, read_quantity, shown_quantity};
use leptos::prelude::*;

/// By how much, and why. Copies are the same.
#[derive(Clone, Copy)]
pub struct Correction {
    product: ProductId,
    /// By the books.
    pub stock: RwSignal<Quantity>,
    pub by: Typed<Quantity>,
    pub reason: RwSignal<StockReason>,
    pub note: RwSignal<String>,
    /// Booking was tried.
    pub insist: RwSignal<bool>,
    pub request: Request,
}

impl Correction {
    /// Nothing typed.
    pub fn new(product: &Product) -> Self {
        let unit = product.fields.unit;
        Self {
            product: product.product,
            stock: RwSignal::new(product.stock),
            by: Typed::new(String::new(), move |text| match read_quantity(text, unit) {
                Ok(quantity) if quantity.is_zero() => Err(Unread::Refused(t().stock_by_missing.to_owned())),
                Err(Unread::Nothing) => Err(Unread::Refused(t().stock_by_missing.to_owned())),
                read => read,
            }),
            reason: RwSignal::new(StockReason::Received),
            note: RwSignal::new(String::new()),
            insist: RwSignal::new(false),
            request: Request::new(),
        }
    }

    /// "Anything else" says nothing without words.
    pub fn note_problem(self) -> Option<String> {
        let silent = self.reason.get() == StockReason::Other && self.note.with(|note| note.trim().is_empty());
        silent.then(|| t().stock_note_missing.to_owned())
    }

    /// The stock that it leads to.
    pub fn after(self) -> Option<Quantity> {
        self.stock.get().checked_add(self.by.value()?).ok()
    }

    /// Books it.
    pub fn book(self, till: Till) {
        self.insist.set(true);
        let (Some(quantity), None) = untrack(|| (self.by.value(), self.note_problem())) else { return };
        let (reason, note) = (self.reason.get_untracked(), self.note.get_untracked().trim().to_owned());
        let input = AdjustStock { product: self.product, quantity, reason, note };
        self.request.ask(async move { backend::stock_adjust(&input).await }, move |product| {
            self.stock.try_set(product.stock);
            self.by.text.try_set(String::new());
            self.note.try_set(String::new());
            self.insist.try_set(false);
            till.products_may_have_changed();
            till.say(Mood::Good, fill(t().stock_booked, &[&shown_quantity(product.stock)]));
        });
    }
}
