//! Facts of sales and refunds.

use duka_core::{Currency, ProductId, Quantity, ReceiptId, RegisterId, ShiftId, TaxRate};
use minicbor::{Decode, Encode};

/// How something was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum TenderKind {
    /// Notes and coins.
    #[n(0)]
    Cash,
}

/// One tender. For a refund: what was paid out, with no change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Payment {
    /// How.
    #[n(0)]
    pub tender: TenderKind,
    /// What it settles, minor units.
    #[n(1)]
    pub amount: i64,
    /// What was handed over, minor units, ≥ amount.
    #[n(2)]
    pub tendered: i64,
}

/// The net and tax of one rate, minor units; together its gross.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct TaxTotal {
    /// The rate.
    #[n(0)]
    pub rate: TaxRate,
    /// Without tax.
    #[n(1)]
    pub net: i64,
    /// The tax.
    #[n(2)]
    pub tax: i64,
}

/// A line of a receipt elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct LineRef {
    /// The receipt.
    #[n(0)]
    pub receipt: ReceiptId,
    /// The line's number on it, from 1.
    #[n(1)]
    pub line: u32,
}

/// A line of a sale or refund, as it was priced then. Amounts in minor units, ≥ 0.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct ReceiptLine {
    /// Its number, from 1.
    #[n(0)]
    pub line: u32,
    /// What was sold.
    #[n(1)]
    pub product: ProductId,
    /// The code it was found by (barcode or product code).
    #[n(2)]
    pub code: String,
    /// The product's name then.
    #[n(3)]
    pub name: String,
    /// How much, > 0.
    #[n(4)]
    pub quantity: Quantity,
    /// Price of one unit, tax included.
    #[n(5)]
    pub unit_price: i64,
    /// Taken off the line.
    #[n(6)]
    pub discount: i64,
    /// To pay for the line, tax included, after discount.
    #[n(7)]
    pub gross: i64,
    /// The tax in it.
    #[n(8)]
    pub tax: i64,
    /// At this rate.
    #[n(9)]
    pub rate: TaxRate,
    /// What the cashier wrote.
    #[n(10)]
    pub note: Option<String>,
    /// The sold line this refunds; none on a sale or an unlinked refund.
    #[n(11)]
    pub refunds: Option<LineRef>,
}

/// The number that stands on a paper.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PrintedNumber {
    /// Its series.
    #[n(0)]
    pub series: String,
    /// In the series.
    #[n(1)]
    pub number: u64,
}

/// [`crate::Fact::SaleCompleted`]. Debit drawer: gross. Credit sales: net; credit tax: tax, per rate.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Sale {
    /// Made by the till before the sale was committed.
    #[n(0)]
    pub receipt: ReceiptId,
    /// Where.
    #[n(1)]
    pub register: RegisterId,
    /// During which shift.
    #[n(2)]
    pub shift: ShiftId,
    /// The device's series; with `number` it is the receipt number.
    #[n(3)]
    pub series: String,
    /// Gapless in its series, from 1 (I7).
    #[n(4)]
    pub number: u64,
    /// Currency of every amount here.
    #[n(5)]
    pub currency: Currency,
    /// At least one.
    #[n(6)]
    pub lines: Vec<ReceiptLine>,
    /// Per rate, by rising rate; the sums of the lines.
    #[n(7)]
    pub taxes: Vec<TaxTotal>,
    /// To pay, minor units: the sum of the lines' gross and of the payments.
    #[n(8)]
    pub gross: i64,
    /// How it was paid.
    #[n(9)]
    pub payments: Vec<Payment>,
    /// What its paper says, where that is another number: it was printed by a copy of a till that has become a device of its own since, and
    /// which wrote it again.
    #[n(10)]
    pub printed: Option<Box<PrintedNumber>>,
}

impl Sale {
    /// The number that its customer knows it by: what its paper says.
    pub fn paper_number(&self) -> String {
        match &self.printed {
            Some(printed) => super::shown_number(&printed.series, printed.number),
            None => super::shown_number(&self.series, self.number),
        }
    }
}

/// [`crate::Fact::SaleAborted`]. Posts nothing.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct SaleAborted {
    /// The id the sale would have had.
    #[n(0)]
    pub receipt: ReceiptId,
    /// Where.
    #[n(1)]
    pub register: RegisterId,
    /// During which shift.
    #[n(2)]
    pub shift: ShiftId,
    /// Its currency.
    #[n(3)]
    pub currency: Currency,
    /// How many lines it had.
    #[n(4)]
    pub lines: u32,
    /// What would have been to pay.
    #[n(5)]
    pub gross: i64,
}

/// [`crate::Fact::RefundCompleted`]. The postings of a sale, the other way.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct RefundCompleted {
    /// The refund, in the form of a sale (amounts ≥ 0); its lines say what they refund.
    #[n(0)]
    pub refund: Sale,
    /// Why.
    #[n(1)]
    pub reason: String,
}

/// [`crate::Fact::ReceiptReprinted`]. Posts nothing.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct ReceiptReprinted {
    /// Which receipt.
    #[n(0)]
    pub receipt: ReceiptId,
    /// Where.
    #[n(1)]
    pub register: RegisterId,
    /// During which shift, if one was open.
    #[n(2)]
    pub shift: Option<ShiftId>,
}
