//! Filling, changing and giving up the basket.

use super::{BasketError, Line, Open};
use crate::{
    journal::{self, Audience, By, JournalError},
    platform,
    product::{self, Sellable},
    till::Till,
};
use duka_api::till::{AddProduct, Basket, ChangeLine, LineChange, Scan, Scanned};
use duka_core::{Quantity, ReceiptId, Unit};
use duka_ledger::{Fact, SaleAborted};
use duka_pricing::Discount;

impl Till {
    /// Adds what a scanned or typed code stands for.
    pub fn basket_scan(&mut self, scan: &Scan) -> Result<Scanned, BasketError> {
        let found = match product::scan(&self.db.connection, &scan.code)? {
            product::Scanned::Found(found, code) => (found, code),
            product::Scanned::Unknown(code) => return Ok(Scanned::Unknown { code }),
            product::Scanned::Misread(code) => return Ok(Scanned::Misread { code }),
        };
        let (product, code) = found;
        if !product.active {
            return Ok(Scanned::Inactive { name: product.name });
        }
        self.basket_mut()?.add(product, &code, None)?;
        Ok(Scanned::Added { basket: self.basket_mut()?.view()? })
    }

    /// Adds a product that was picked.
    pub fn basket_add(&mut self, add: &AddProduct) -> Result<Basket, BasketError> {
        let found = product::sellable(&self.db.connection, add.product)?.ok_or(BasketError::NotFound(add.product))?;
        if !found.active {
            return Err(BasketError::Inactive(found.name));
        }
        let code = found.code.clone();
        let basket = self.basket_mut()?;
        basket.add(found, &code, add.quantity)?;
        basket.view()
    }

    /// Changes or removes a line. What cannot be priced leaves the basket as it was.
    pub fn basket_change(&mut self, change: &ChangeLine) -> Result<Basket, BasketError> {
        let basket = self.basket_mut()?;
        let index = usize::try_from(change.line).ok().and_then(|line| line.checked_sub(1)).ok_or(BasketError::NoLine(change.line))?;
        let line = basket.lines.get(index).ok_or(BasketError::NoLine(change.line))?;
        let mut changed = line.clone();
        match &change.change {
            LineChange::Quantity(quantity) => {
                if quantity.unit() != line.quantity.unit() {
                    return Err(BasketError::Unit { product: line.quantity.unit(), given: quantity.unit() });
                }
                changed.quantity = *quantity;
            }
            LineChange::Discount(discount) => changed.discount = *discount,
            LineChange::Note(note) => changed.note = checked_note(note)?.into(),
            LineChange::Remove => {
                basket.change(Some(index), |lines| {
                    lines.remove(index);
                })?;
                return basket.view();
            }
        }
        basket.change(Some(index), |lines| {
            if let Some(line) = lines.get_mut(index) {
                *line = changed;
            }
        })?;
        basket.view()
    }

    /// Gives the basket up; the journal says so when it had lines. Gives the next, empty one.
    pub fn basket_abort(&mut self) -> Result<Basket, BasketError> {
        let pen = self.pen()?;
        let open = self.basket_mut()?.clone();
        if !open.lines.is_empty() {
            let shift = self.shift.as_ref().ok_or(BasketError::NoShift)?.shift;
            let fact = Fact::SaleAborted(SaleAborted {
                receipt: open.receipt,
                register: pen.me.register,
                shift,
                currency: pen.me.currency,
                lines: u32::try_from(open.lines.len()).unwrap_or(u32::MAX),
                gross: open.priced.gross.minor(),
            });
            let tx = platform::begin(&mut self.db.connection)?;
            journal::append_in_tx(&tx, &pen, Audience::Shop, By::Operator, &fact, None)?;
            platform::commit(tx)?;
            self.grew();
        }
        self.next_basket();
        self.basket_mut()?.view()
    }

    /// The basket now.
    pub fn basket(&self) -> Result<Basket, BasketError> {
        self.basket.as_ref().ok_or(JournalError::NotEnrolled)?.view()
    }

    pub(crate) fn basket_mut(&mut self) -> Result<&mut Open, BasketError> {
        self.basket.as_mut().ok_or(BasketError::Journal(JournalError::NotEnrolled))
    }

    /// Begins the next basket under a fresh receipt id.
    pub(crate) fn next_basket(&mut self) {
        self.basket = self.me.as_ref().map(|me| {
            let receipt = ReceiptId::new(self.settings.clock.now().at, self.settings.entropy.as_ref());
            Open::new(receipt, me.currency)
        });
    }
}

/// A note of a line: one line of text.
pub(crate) fn checked_note(note: &str) -> Result<&str, BasketError> {
    let note = note.trim();
    if note.chars().count() > 200 || note.chars().any(char::is_control) { Err(BasketError::Note) } else { Ok(note) }
}

impl Open {
    /// Adds a line, or one more to an equal last line.
    fn add(&mut self, product: Sellable, code: &str, quantity: Option<Quantity>) -> Result<(), BasketError> {
        let one = match product.unit {
            Unit::Each => Quantity::ONE,
            unit => Quantity::try_new(1_000, unit).unwrap_or(Quantity::ONE),
        };
        let quantity = quantity.unwrap_or(one);
        if quantity.unit() != product.unit {
            return Err(BasketError::Unit { product: product.unit, given: quantity.unit() });
        }
        let same = self.lines.last().filter(|last| {
            last.product == product.id
                && last.unit_price == product.price
                && last.rate == product.rate
                && last.discount == Discount::None
                && last.note.is_empty()
                && last.quantity.unit() == Unit::Each
        });
        // A sum past the largest quantity is found by pricing, which leaves the basket as it was.
        if let Some(sum) = same.and_then(|last| last.quantity.checked_add(quantity).ok()) {
            return self.change(None, |lines| {
                if let Some(last) = lines.last_mut() {
                    last.quantity = sum;
                }
            });
        }
        let line = Line {
            product: product.id,
            name: product.name.into(),
            code: code.into(),
            quantity,
            unit_price: product.price,
            rate: product.rate,
            discount: Discount::None,
            note: "".into(),
        };
        self.change(None, |lines| lines.push(line))
    }
}
