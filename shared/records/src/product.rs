//! A product, as people see it and as they edit it.

use duka_core::{Barcode, Money, TaxRate, Unit, limit};
use std::collections::BTreeSet;

/// Barcodes of one product at most.
const MAX_BARCODES: usize = 50;

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

/// What saving a product comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The product then.
    pub after: Product,
    /// What is edited; nothing where it is made.
    pub edit: ProductEdit,
    /// Codes that are new to it.
    pub claims: Claims,
}

/// Codes that no other product may have when this one takes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// An own code, if it is a new one.
    pub code: Option<String>,
    /// Barcodes, in all their readings.
    pub barcodes: Vec<Barcode>,
}

impl Claims {
    fn of(code: &str, barcodes: &BTreeSet<Barcode>) -> Self {
        let code = Some(code).filter(|code| !code.is_empty()).map(ToOwned::to_owned);
        Self { code, barcodes: barcodes.iter().flat_map(Barcode::readings).collect() }
    }
}

/// Why a product cannot be so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProductFault {
    /// Empty or too long.
    #[error("a product's name has 1 to {most} characters", most = limit::NAME)]
    Name,
    /// Too long, or with characters that cannot be typed.
    #[error("a product's code has at most {most} printable ASCII characters without spaces", most = Barcode::MAX_LENGTH)]
    Code,
    /// Below zero.
    #[error("a price cannot be below zero")]
    Price,
    /// Too many.
    #[error("a product has at most {MAX_BARCODES} barcodes")]
    Barcodes,
}

impl Product {
    /// Checks what people typed or imported.
    pub fn check(&self) -> Result<(), ProductFault> {
        self.faults().next().map_or(Ok(()), Err)
    }

    /// Whether a text may be a product's name.
    pub fn is_name(text: &str) -> bool {
        !text.trim().is_empty() && limit::fits(text.trim(), limit::NAME) && !text.chars().any(char::is_control)
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
            (self.barcodes.len() > MAX_BARCODES, ProductFault::Barcodes),
        ]
        .into_iter()
        .filter_map(|(wrong, fault)| wrong.then_some(fault))
    }

    /// What making this product comes to, as it was typed.
    pub fn make(self) -> Result<Change, ProductFault> {
        let after = Self { name: self.name.trim().to_owned(), code: self.code.trim().to_owned(), ..self };
        after.check()?;
        let claims = Claims::of(&after.code, &after.barcodes);
        Ok(Change { after, edit: ProductEdit::default(), claims })
    }

    /// What an edit comes to, as it was typed: the smallest one that does the same.
    pub fn change(&self, edit: &ProductEdit) -> Result<Change, ProductFault> {
        let wanted = self.with(edit);
        let after = Self { name: wanted.name.trim().to_owned(), code: wanted.code.trim().to_owned(), ..wanted };
        after.check()?;
        let edit = self.edit_to(&after);
        let claims = Claims::of(edit.code.as_deref().unwrap_or_default(), &edit.add_barcodes);
        Ok(Change { after, edit, claims })
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

#[cfg(test)]
mod tests {
    use super::*;
    use duka_core::Currency;

    #[test]
    fn what_was_typed_is_saved_without_the_spaces_around_it_and_claims_only_codes_that_are_new() {
        let price = Money::try_new(100, Currency::try_new("GBP").unwrap()).unwrap();
        let barcodes: BTreeSet<Barcode> = [Barcode::parse("8714100791325").unwrap()].into();
        let typed = Product {
            name: " Tea ".into(),
            code: " T1 ".into(),
            price,
            rate: TaxRate::default(),
            unit: Unit::Each,
            active: true,
            barcodes,
        };
        let made = typed.make().unwrap();
        assert_eq!((made.after.name.as_str(), made.after.code.as_str(), made.claims.code.as_deref()), ("Tea", "T1", Some("T1")));
        assert!(made.claims.barcodes.contains(&Barcode::parse("8714100791325").unwrap()));

        let nothing = ProductEdit { name: Some("Tea ".into()), code: Some("T1 ".into()), ..ProductEdit::default() };
        let change = made.after.change(&nothing).unwrap();
        assert_eq!((change.edit, change.claims), (ProductEdit::default(), Claims::default()), "nothing is edited, no code is claimed");
        let renamed = ProductEdit { code: Some("T2 ".into()), ..ProductEdit::default() };
        assert_eq!(made.after.change(&renamed).unwrap().claims.code.as_deref(), Some("T2"));
        assert_eq!(made.after.change(&ProductEdit { name: Some(" ".into()), ..ProductEdit::default() }), Err(ProductFault::Name));
    }
}
