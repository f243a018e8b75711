//! What is being sold.

use duka_core::{Money, ProductId, Quantity, ReceiptId, TaxRate};
use duka_pricing::Discount;

/// A scanned or typed code.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Scan {
    /// As it came: a barcode, or the shop's own code.
    pub code: String,
}

/// What a scan led to. The basket is as it was unless something was added.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "scanned")]
pub enum Scanned {
    /// A line was added, or an equal last line has one more.
    Added {
        /// The basket now.
        basket: Basket,
    },
    /// No product has this code; it may be added as one.
    Unknown {
        /// The code in its canonical form.
        code: String,
    },
    /// The check digit does not fit: scan again.
    Misread {
        /// What came.
        code: String,
    },
    /// The product is not sold any more.
    Inactive {
        /// Its name.
        name: String,
    },
}

/// Adds a product that was picked from a list.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AddProduct {
    /// Which.
    pub product: ProductId,
    /// How much; one when none.
    #[serde(default)]
    pub quantity: Option<Quantity>,
}

/// Changes one line.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ChangeLine {
    /// The line's number, from 1.
    pub line: u32,
    /// What to do with it.
    pub change: LineChange,
}

/// What can be done to a line.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "change", content = "to")]
pub enum LineChange {
    /// Another quantity.
    Quantity(Quantity),
    /// Another discount.
    Discount(Discount),
    /// Another note; empty for none; at most 200 characters.
    Note(String),
    /// Take it out.
    Remove,
}

/// The basket, priced.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Basket {
    /// The receipt's id, made when the basket was begun: paying it twice is paying it once (I2).
    pub receipt: ReceiptId,
    /// In the order they were added.
    pub lines: Vec<BasketLine>,
    /// The line that was touched last.
    pub current: Option<u32>,
    /// To pay.
    pub gross: Money,
    /// Taken off in all.
    pub discount: Money,
    /// Tax in it.
    pub tax: Money,
    /// Likely amounts above `gross`.
    pub quick_tenders: Vec<Money>,
}

/// One line of it.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct BasketLine {
    /// Its number, from 1.
    pub line: u32,
    /// Which product.
    pub product: ProductId,
    /// Its name.
    pub name: String,
    /// The code it was found by.
    pub code: String,
    /// How much.
    pub quantity: Quantity,
    /// Price of one unit.
    pub unit_price: Money,
    /// What is taken off, as entered.
    pub discount: Discount,
    /// What that comes to.
    pub discount_amount: Money,
    /// To pay for the line.
    pub gross: Money,
    /// Its tax rate.
    pub rate: TaxRate,
    /// What the cashier wrote.
    pub note: String,
}

/// Pays the basket in cash.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tender {
    /// The basket's receipt id.
    pub receipt: ReceiptId,
    /// Cash handed over; exactly what is due when none.
    #[serde(default)]
    pub tendered: Option<Money>,
    /// What the cashier was shown as to pay; a basket that comes to something else is not paid.
    pub shown: Money,
}

/// A sale that is on disk (I1).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SaleDone {
    /// The receipt.
    pub receipt: ReceiptId,
    /// Its number, such as `A1-000123`.
    pub number: String,
    /// To pay.
    pub gross: Money,
    /// Handed over.
    pub tendered: Money,
    /// To give back.
    pub change: Money,
    /// The next, empty basket.
    pub basket: Basket,
}
