//! A product, as people see it and as they edit it.

use duka_core::{Barcode, Money, TaxRate, Unit};
use std::collections::BTreeSet;

/// A product's fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// What it is called, 1 to 200 characters, any script.
    pub name: String,
    /// The shop's own code (SKU, PLU); empty for none.
    pub code: String,
    /// Price of one unit, tax included, ≥ 0.
    pub price: Money,
    /// The tax included.
    pub rate: TaxRate,
    /// How it is counted.
    pub unit: Unit,
    /// Whether it is sold.
    pub active: bool,
    /// The codes on its packages.
    pub barcodes: BTreeSet<Barcode>,
}

/// Which fields of a product an edit sets; the others stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductEdit {
    /// A new name.
    pub name: Option<String>,
    /// A new own code.
    pub code: Option<String>,
    /// A new price.
    pub price: Option<Money>,
    /// A new tax rate.
    pub rate: Option<TaxRate>,
    /// A new unit.
    pub unit: Option<Unit>,
    /// Sold or not any more.
    pub active: Option<bool>,
    /// Codes to add.
    pub add_barcodes: BTreeSet<Barcode>,
    /// Codes to take away.
    pub remove_barcodes: BTreeSet<Barcode>,
}

/// Why a product cannot be so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProductFault {
    /// Empty or too long.
    #[error("a product's name has 1 to 200 characters")]
    Name,
    /// Too long, or with characters that cannot be typed.
    #[error("a product's code has at most 48 printable ASCII characters without spaces")]
    Code,
    /// Below zero.
    #[error("a price cannot be below zero")]
    Price,
    /// Too many.
    #[error("a product has at most 50 barcodes")]
    Barcodes,
}

impl Product {
    /// Checks what people typed or imported.
    pub fn check(&self) -> Result<(), ProductFault> {
        self.faults().next().map_or(Ok(()), Err)
    }

    /// Whether a text may be a product's name.
    pub fn is_name(text: &str) -> bool {
        (1..=200).contains(&text.trim().chars().count()) && !text.chars().any(char::is_control)
    }

    /// Whether a text may be a product's own code; an empty one is none.
    pub fn is_code(text: &str) -> bool {
        text.len() <= Barcode::MAX_LENGTH && text.bytes().all(|b| b.is_ascii_graphic())
    }

    /// All that is wrong with it.
    pub fn faults(&self) -> impl Iterator<Item = ProductFault> {
        [
            (!Self::is_name(&self.name), ProductFault::Name),
            (!Self::is_code(&self.code), ProductFault::Code),
            (self.price.is_negative(), ProductFault::Price),
            (self.barcodes.len() > 50, ProductFault::Barcodes),
        ]
        .into_iter()
        .filter_map(|(wrong, fault)| wrong.then_some(fault))
    }

    /// The product after an edit.
    #[must_use]
    pub fn with(&self, edit: &ProductEdit) -> Self {
        let mut barcodes = self.barcodes.clone();
        barcodes.extend(edit.add_barcodes.iter().cloned());
        barcodes.retain(|code| !edit.remove_barcodes.contains(code));
        Self {
            name: edit.name.clone().unwrap_or_else(|| self.name.clone()),
            code: edit.code.clone().unwrap_or_else(|| self.code.clone()),
            price: edit.price.unwrap_or(self.price),
            rate: edit.rate.unwrap_or(self.rate),
            unit: edit.unit.unwrap_or(self.unit),
            active: edit.active.unwrap_or(self.active),
            barcodes,
        }
    }

    /// The smallest edit that makes `self` into `wanted`.
    pub fn edit_to(&self, wanted: &Self) -> ProductEdit {
        fn changed<T: PartialEq + Clone>(old: &T, new: &T) -> Option<T> {
            (old != new).then(|| new.clone())
        }
        ProductEdit {
            name: changed(&self.name, &wanted.name),
            code: changed(&self.code, &wanted.code),
            price: changed(&self.price, &wanted.price),
            rate: changed(&self.rate, &wanted.rate),
            unit: changed(&self.unit, &wanted.unit),
            active: changed(&self.active, &wanted.active),
            add_barcodes: wanted.barcodes.difference(&self.barcodes).cloned().collect(),
            remove_barcodes: self.barcodes.difference(&wanted.barcodes).cloned().collect(),
        }
    }
}
