//! The basket: what is being sold, in memory, priced anew after every change; kept on disk beside, so that it is there after a crash.

mod change;
mod error;
mod line;
mod store;

pub(crate) use change::aborted;
pub use error::BasketError;
pub(crate) use line::{Line, checked_note};
pub(crate) use store::{clear_in_tx, keep_in_tx, load};

use duka_api::till::{Basket, BasketLine};
use duka_core::{Currency, Money, ReceiptId};
use duka_ledger::SealedEntry;
use duka_pricing::{Priced, price, quick_tenders};

/// Lines of a basket at most (I11).
pub(crate) const MAX_LINES: usize = 5_000;

/// Bytes of a receipt's entry that its lines may take, with room for the rest: so that what can be scanned can be paid.
const MAX_BYTES: usize = SealedEntry::MAX_BYTES - (16 << 10);

/// The basket of this till.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Open {
    pub(crate) receipt: ReceiptId,
    pub(crate) lines: Vec<Line>,
    pub(crate) priced: Priced,
    current: Option<usize>,
    currency: Currency,
    /// Whether the disk does not know of the last change yet.
    unkept: bool,
}

impl Open {
    /// An empty one; the id of its receipt is made now, so that paying twice is paying once (I2).
    pub(crate) fn new(receipt: ReceiptId, currency: Currency) -> Self {
        let priced = Priced { lines: Vec::new(), gross: Money::zero(currency), discount: Money::zero(currency), taxes: Vec::new() };
        Self { receipt, lines: Vec::new(), priced, current: None, currency, unkept: false }
    }

    /// Takes up a basket that was kept; what cannot be priced any more is left out, since nothing was claimed of it.
    pub(crate) fn resume(receipt: ReceiptId, currency: Currency, lines: Vec<Line>) -> Self {
        let mut open = Self::new(receipt, currency);
        if let Err(fault) = open.change(None, |held| *held = lines) {
            tracing::error!(%fault, "the basket of before cannot be taken up");
        }
        open.unkept = false;
        open
    }

    /// Gives the basket another receipt id; its lines stay.
    pub(crate) fn renumber(&mut self, receipt: ReceiptId) {
        self.receipt = receipt;
        self.unkept = !self.lines.is_empty();
    }

    /// Whether the disk does not know of the last change.
    pub(crate) const fn is_unkept(&self) -> bool {
        self.unkept
    }

    /// Now it does.
    pub(crate) const fn kept(&mut self) {
        self.unkept = false;
    }

    /// Changes the lines and prices them; when they cannot be priced, nothing was changed.
    fn change(&mut self, current: Option<usize>, change: impl FnOnce(&mut Vec<Line>)) -> Result<(), BasketError> {
        let mut lines = self.lines.clone();
        change(&mut lines);
        if lines.len() > MAX_LINES || lines.iter().map(Line::entry_bytes).sum::<usize>() > MAX_BYTES {
            return Err(BasketError::Full);
        }
        let to_price: Vec<_> = lines.iter().map(Line::to_price).collect();
        self.priced = price(self.currency, &to_price)?;
        self.lines = lines;
        self.current = current.filter(|index| *index < self.lines.len()).or(self.lines.len().checked_sub(1));
        self.unkept = true;
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
