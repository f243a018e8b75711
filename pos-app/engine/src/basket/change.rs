//! Filling, changing and giving up the basket.

use super::{BasketError, Line, Open, checked_note};
use crate::{
    books::{Books, Decision, Draft},
    product::Sellable,
};
use duka_api::till::{ChangeLine, LineChange};
use duka_core::{Quantity, Unit};
use duka_ledger::{Fact, SaleAborted};
use duka_pricing::Discount;

impl Open {
    /// Adds a line, or one more to an equal last line.
    pub(crate) fn add(&mut self, product: Sellable, code: &str, quantity: Option<Quantity>) -> Result<(), BasketError> {
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

    /// Changes or removes a line. What cannot be priced leaves the basket as it was.
    pub(crate) fn change_line(&mut self, change: &ChangeLine) -> Result<(), BasketError> {
        let no_line = || BasketError::NoLine(change.line);
        let index = usize::try_from(change.line).ok().and_then(|line| line.checked_sub(1)).ok_or_else(no_line)?;
        let mut changed = self.lines.get(index).ok_or_else(no_line)?.clone();
        match &change.change {
            LineChange::Quantity(quantity) => {
                if quantity.unit() != changed.quantity.unit() {
                    return Err(BasketError::Unit { product: changed.quantity.unit(), given: quantity.unit() });
                }
                changed.quantity = *quantity;
            }
            LineChange::Discount(discount) => changed.discount = *discount,
            LineChange::Note(note) => changed.note = checked_note(note)?.into(),
            LineChange::Remove => {
                return self.change(Some(index), |lines| {
                    lines.remove(index);
                });
            }
        }
        self.change(Some(index), |lines| {
            if let Some(line) = lines.get_mut(index) {
                *line = changed;
            }
        })
    }
}

/// What the journal says of a basket with lines that is given up.
pub(crate) fn aborted(books: &Books<'_>, open: &Open) -> Result<Decision<()>, BasketError> {
    let shift = books.log.shift().ok_or(BasketError::NoShift)?.shift;
    let fact = SaleAborted {
        receipt: open.receipt,
        register: books.me.register(),
        shift,
        currency: books.me.currency(),
        lines: u32::try_from(open.lines.len()).unwrap_or(u32::MAX),
        gross: open.priced.gross.minor(),
    };
    Ok(Decision::new((), [Draft::by_operator(Fact::SaleAborted(fact))]))
}
