//! The basket: what is being sold, in memory, priced anew after every change.

mod command;
mod error;

pub(crate) use command::checked_note;
pub use error::BasketError;

use duka_api::till::{Basket, BasketLine};
use duka_core::{Currency, Money, ProductId, Quantity, ReceiptId, TaxRate};
use duka_pricing::{Discount, Priced, price, quick_tenders};
use std::sync::Arc;

/// Lines of a basket at most (I11).
pub(crate) const MAX_LINES: usize = 5_000;

/// A line as it was scanned: later edits of the product do not change it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) product: ProductId,
    pub(crate) name: Arc<str>,
    pub(crate) code: Arc<str>,
    pub(crate) quantity: Quantity,
    pub(crate) unit_price: Money,
    pub(crate) rate: TaxRate,
    pub(crate) discount: Discount,
    pub(crate) note: Arc<str>,
}

impl Line {
    pub(crate) const fn to_price(&self) -> duka_pricing::Line {
        duka_pricing::Line { quantity: self.quantity, unit_price: self.unit_price, rate: self.rate, discount: self.discount }
    }
}

/// The basket of this till.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Open {
    pub(crate) receipt: ReceiptId,
    pub(crate) lines: Vec<Line>,
    pub(crate) priced: Priced,
    current: Option<usize>,
    currency: Currency,
}

impl Open {
    /// An empty one; the id of its receipt is made now, so that paying twice is paying once (I2).
    pub(crate) fn new(receipt: ReceiptId, currency: Currency) -> Self {
        let priced = Priced { lines: Vec::new(), gross: Money::zero(currency), discount: Money::zero(currency), taxes: Vec::new() };
        Self { receipt, lines: Vec::new(), priced, current: None, currency }
    }

    /// Changes the lines and prices them; when they cannot be priced, nothing was changed.
    fn change(&mut self, current: Option<usize>, change: impl FnOnce(&mut Vec<Line>)) -> Result<(), BasketError> {
        let mut lines = self.lines.clone();
        change(&mut lines);
        if lines.len() > MAX_LINES {
            return Err(BasketError::Full);
        }
        let to_price: Vec<_> = lines.iter().map(Line::to_price).collect();
        self.priced = price(self.currency, &to_price)?;
        self.lines = lines;
        self.current = current.filter(|index| *index < self.lines.len()).or(self.lines.len().checked_sub(1));
        Ok(())
    }

    pub(crate) fn view(&self) -> Result<Basket, BasketError> {
        let money = |minor| Money::try_new(minor, self.currency);
        let number = |index: usize| u32::try_from(index + 1).unwrap_or(u32::MAX);
        let lines = self.lines.iter().zip(&self.priced.lines).enumerate().map(|(index, (line, priced))| {
            Ok(BasketLine {
                line: number(index),
                product: line.product,
                name: line.name.to_string(),
                code: line.code.to_string(),
                quantity: line.quantity,
                unit_price: line.unit_price,
                discount: line.discount,
                discount_amount: money(priced.discount)?,
                gross: money(priced.gross)?,
                rate: line.rate,
                note: line.note.to_string(),
            })
        });
        Ok(Basket {
            receipt: self.receipt,
            lines: lines.collect::<Result<_, BasketError>>()?,
            current: self.current.map(number),
            gross: self.priced.gross,
            discount: self.priced.discount,
            tax: money(self.priced.tax())?,
            quick_tenders: if self.lines.is_empty() { Vec::new() } else { quick_tenders(self.priced.gross, 4) },
        })
    }
}
