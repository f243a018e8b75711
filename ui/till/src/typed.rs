//! A number that is being typed: its text, and what that stands for here.

use crate::text::unread_text;
use duka_core::{Currency, Money, Quantity, Unit};
use duka_ui_kit::{Unread, read_money, read_quantity};
use leptos::prelude::*;

/// A text and its meaning. Copies are the same.
pub struct Typed<T: Send + Sync + 'static> {
    /// As typed.
    pub text: RwSignal<String>,
    /// What it stands for, or why for nothing.
    pub read: Signal<Result<T, Unread>>,
}

impl<T: Send + Sync + 'static> Clone for Typed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Typed<T> {}

impl<T: Clone + Send + Sync + 'static> Typed<T> {
    /// Begins with `text`, read by `read`.
    pub fn new(text: String, read: impl Fn(&str) -> Result<T, Unread> + Send + Sync + 'static) -> Self {
        Self::of(RwSignal::new(text), read)
    }

    /// Reads a text that is kept elsewhere.
    pub fn of(text: RwSignal<String>, read: impl Fn(&str) -> Result<T, Unread> + Send + Sync + 'static) -> Self {
        Self { text, read: Signal::derive(move || text.with(|text| read(text))) }
    }

    /// The number, if the text is one.
    pub fn value(self) -> Option<T> {
        self.read.get().ok()
    }

    /// What is wrong with the text, in words.
    pub fn problem(self) -> Signal<Option<String>> {
        Signal::derive(move || self.read.get().err().as_ref().map(unread_text))
    }

    /// What the text can mean, when it can mean two things.
    pub fn readings(self) -> Signal<Option<[String; 2]>> {
        Signal::derive(move || match self.read.get() {
            Err(Unread::TwoWays(readings)) => Some(readings),
            Ok(_) | Err(_) => None,
        })
    }
}

/// An amount in a currency that may not be known yet; not below zero.
pub fn amount(text: &str, currency: Option<Currency>) -> Result<Money, Unread> {
    let currency = currency.ok_or_else(|| Unread::Refused(crate::text::t().not_enrolled.to_owned()))?;
    match read_money(text, currency)? {
        amount if amount.is_negative() => Err(Unread::Refused(crate::text::t().amount_negative.to_owned())),
        amount => Ok(amount),
    }
}

/// A quantity above zero.
pub fn quantity(text: &str, unit: Unit) -> Result<Quantity, Unread> {
    match read_quantity(text, unit)? {
        quantity if quantity.is_positive() => Ok(quantity),
        _ => Err(Unread::Refused(crate::text::t().quantity_positive.to_owned())),
    }
}
