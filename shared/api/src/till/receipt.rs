//! Receipts: looking them up, printing them again, refunding them.

use super::Basket;
use duka_core::{LocalTime, Money, ProductId, Quantity, ReceiptId, TaxRate};

/// Which receipts, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ReceiptQuery {
    /// A receipt number (whole, or its digits), or a receipt's scanned code; empty for all.
    #[serde(default)]
    pub find: String,
    /// Where the last page ended.
    #[serde(default)]
    pub after: Option<String>,
}

/// One page of a list. Pages are at most 50 rows.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page begins; none at the end.
    pub next: Option<String>,
}

/// A sale or a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReceiptKind {
    /// Money came in.
    Sale,
    /// Money went out.
    Refund,
}

/// A receipt in a list.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ReceiptSummary {
    /// Its id.
    pub receipt: ReceiptId,
    /// Sale or refund.
    pub kind: ReceiptKind,
    /// Its number, such as `A1-000123`.
    pub number: String,
    /// What its paper says, where that is another number: it was printed by a copy of a till that is a device of its own since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printed: Option<String>,
    /// When.
    pub at: LocalTime,
    /// Its sum, ≥ 0.
    pub gross: Money,
    /// How many lines.
    pub lines: u32,
    /// Whether all of it was refunded.
    pub refunded: bool,
    /// Whether the server holds it.
    pub synced: bool,
}

/// Names a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ReceiptRef {
    /// Its id.
    pub receipt: ReceiptId,
}

/// A whole receipt.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Receipt {
    /// As in the list.
    pub summary: ReceiptSummary,
    /// Its lines.
    pub lines: Vec<ReceiptLine>,
    /// Tax in it.
    pub tax: Money,
    /// Cash handed over.
    pub tendered: Money,
    /// Given back.
    pub change: Money,
    /// Why money was given back; empty for a sale.
    pub reason: String,
}

/// A line of a receipt.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ReceiptLine {
    /// Its number, from 1.
    pub line: u32,
    /// Which product.
    pub product: ProductId,
    /// Its name then.
    pub name: String,
    /// The code it was found by.
    pub code: String,
    /// How much.
    pub quantity: Quantity,
    /// Price of one unit then.
    pub unit_price: Money,
    /// Taken off.
    pub discount: Money,
    /// Paid.
    pub gross: Money,
    /// The tax rate.
    pub rate: TaxRate,
    /// What the cashier wrote.
    pub note: String,
    /// How much of it was refunded so far.
    pub refunded: Quantity,
}

/// Gives money back.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Refund {
    /// Made by the caller: asking twice is refunding once (I2). Take `State.basket.receipt`, or a new UUIDv7.
    pub refund: ReceiptId,
    /// What.
    pub lines: RefundLines,
    /// Why; needed for an unlinked refund. At most 200 characters.
    #[serde(default)]
    pub reason: String,
}

/// What is refunded.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "of")]
pub enum RefundLines {
    /// Lines of a receipt.
    Receipt {
        /// Which.
        receipt: ReceiptId,
        /// Which lines.
        lines: Vec<RefundedLine>,
    },
    /// Goods without a receipt.
    Unlinked {
        /// What.
        lines: Vec<UnlinkedLine>,
    },
}

/// A part of a sold line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RefundedLine {
    /// The line's number on its receipt.
    pub line: u32,
    /// How much of it.
    pub quantity: Quantity,
}

/// Goods that came back without a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct UnlinkedLine {
    /// Which product.
    pub product: ProductId,
    /// How much.
    pub quantity: Quantity,
    /// At what price, tax included; the product's own when none.
    #[serde(default)]
    pub unit_price: Option<Money>,
}

/// A refund that is on disk (I1).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct RefundDone {
    /// Its receipt.
    pub receipt: ReceiptId,
    /// Its number.
    pub number: String,
    /// Cash to give back.
    pub gross: Money,
    /// The basket, with a fresh receipt id if the refund used its id.
    pub basket: Basket,
}
