//! A line of the basket.

use super::BasketError;
use duka_core::{Money, ProductId, Quantity, TaxRate, limit};
use duka_pricing::Discount;
use std::sync::Arc;

/// A line as it was scanned: later edits of the product do not change it.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Line {
    pub(crate) product: ProductId,
    #[serde(with = "shared_text")]
    pub(crate) name: Arc<str>,
    #[serde(with = "shared_text")]
    pub(crate) code: Arc<str>,
    pub(crate) quantity: Quantity,
    pub(crate) unit_price: Money,
    pub(crate) rate: TaxRate,
    pub(crate) discount: Discount,
    #[serde(with = "shared_text")]
    pub(crate) note: Arc<str>,
}

impl Line {
    pub(crate) const fn to_price(&self) -> duka_pricing::Line {
        duka_pricing::Line { quantity: self.quantity, unit_price: self.unit_price, rate: self.rate, discount: self.discount }
    }

    /// What it takes of a journal entry at the most: its texts, and its numbers at their longest.
    pub(super) fn entry_bytes(&self) -> usize {
        120 + self.name.len() + self.code.len() + self.note.len()
    }
}

/// A note of a line: one line of text.
pub(crate) fn checked_note(note: &str) -> Result<&str, BasketError> {
    let note = note.trim();
    if !limit::fits(note, limit::NOTE) || note.chars().any(char::is_control) { Err(BasketError::Note) } else { Ok(note) }
}

/// Text that many copies of a basket share.
mod shared_text {
    use serde::{Deserialize, Deserializer, Serializer};
    use std::sync::Arc;

    pub(super) fn serialize<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
        String::deserialize(deserializer).map(Into::into)
    }
}
