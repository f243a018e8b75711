//! Goods that came back without a receipt: what, how much, and at what price.

use super::giving::Giving;
use crate::backend;
use crate::text::{fill, t};
use crate::till::Till;
use crate::typed::{Typed, amount, quantity};
use duka_api::till::{Product, ProductSearch, RefundLines, UnlinkedLine};
use duka_core::{Money, Quantity};
use duka_pricing::{Discount, Line, price};
use duka_ui_kit::{Mood, Tone, play, written_money, written_quantity};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// One product that came back. Copies are the same.
#[derive(Clone)]
pub struct Part {
    pub key: u32,
    pub product: Product,
    pub quantity: Typed<Quantity>,
    pub price: Typed<Money>,
}

impl Part {
    fn new(key: u32, product: Product) -> Self {
        let (unit, currency) = (product.fields.unit, product.fields.price.currency());
        Self {
            key,
            quantity: Typed::new("1".to_owned(), move |text| quantity(text, unit)),
            price: Typed::new(written_money(product.fields.price), move |text| amount(text, Some(currency))),
            product,
        }
    }

    fn priced(&self) -> Option<Line> {
        let (quantity, unit_price) = (self.quantity.value()?, self.price.value()?);
        Some(Line { quantity, unit_price, rate: self.product.fields.rate, discount: Discount::None })
    }

    /// As it is sent: the product's own price goes without saying.
    fn line(&self) -> Option<UnlinkedLine> {
        let (quantity, unit_price) = (self.quantity.value()?, self.price.value()?);
        let own = unit_price == self.product.fields.price;
        Some(UnlinkedLine { product: self.product.product, quantity, unit_price: (!own).then_some(unit_price) })
    }
}

/// All that came back. Copies are the same.
#[derive(Clone, Copy)]
pub struct Parts(RwSignal<Vec<Part>>);

impl Parts {
    /// Nothing came back yet.
    pub fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// What came back.
    pub fn get(self) -> Vec<Part> {
        self.0.get()
    }

    /// Whether nothing came back yet.
    pub fn is_empty(self) -> bool {
        self.0.with(Vec::is_empty)
    }

    /// Takes one off the list.
    pub fn remove(self, key: u32) {
        self.0.update(|parts| parts.retain(|part| part.key != key));
    }

    /// What is given back for all of them, by the money engine; none while something is wrong with one.
    pub fn total(self, till: Till) -> Option<Money> {
        let lines = self.0.with(|parts| parts.iter().map(Part::priced).collect::<Option<Vec<_>>>())?;
        price(till.currency()?, &lines).ok().map(|priced| priced.gross)
    }

    /// Why it cannot be given back now.
    pub fn not_yet(self, till: Till) -> Option<String> {
        if self.is_empty() {
            return Some(t().nothing_to_refund_how.to_owned());
        }
        self.total(till).is_none().then(|| t().number_first.to_owned())
    }

    /// As it is sent; none while something is wrong with one.
    pub fn lines(self) -> Option<RefundLines> {
        let lines = self.0.with(|parts| parts.iter().map(Part::line).collect::<Option<Vec<_>>>())?;
        Some(RefundLines::Unlinked { lines })
    }

    /// Finds a product by what was scanned or typed and puts it on the list.
    pub fn find(self, till: Till, giving: Giving, text: String) {
        spawn_local(async move {
            match backend::product_search(&ProductSearch { text: text.clone(), limit: 1 }).await.map(|found| found.into_iter().next()) {
                Ok(Some(product)) => {
                    play(Tone::Accepted);
                    self.put(product);
                }
                Ok(None) => {
                    play(Tone::NotFound);
                    till.say(Mood::Warn, fill(t().unknown_code, &[&text]));
                }
                Err(problem) => giving.fail(problem),
            }
        });
    }

    /// Puts a product on the list, or one more of it.
    pub fn put(self, product: Product) {
        let again =
            self.0.with_untracked(|parts| parts.iter().find(|part| part.product.product == product.product).map(|part| part.quantity));
        if let Some(typed) = again {
            let one = Quantity::whole(1, product.fields.unit).ok();
            let more = untrack(|| typed.value()).zip(one).and_then(|(quantity, one)| quantity.checked_add(one).ok());
            if let Some(more) = more {
                typed.text.set(written_quantity(more));
            }
            return;
        }
        self.0.update(|parts| {
            let key = parts.iter().map(|part| part.key).max().unwrap_or(0).saturating_add(1);
            parts.push(Part::new(key, product));
        });
    }
}
