//! The tables that every holder of the same facts has alike, and digests to compare them by (I4).
//!
//! A digest is the wrapping sum of the first sixteen bytes of each row's BLAKE3 hash over its canonical CBOR, so rows may be read in any
//! order. It is always computed from the rows that are there, never carried along, so a damaged table shows.

use crate::entry::Hash;
use duka_core::{OperatorId, ProductId, Quantity, ReceiptId, RegisterId, ShiftId, Timestamp};
use minicbor::{Encode, bytes::ByteVec};

/// Which table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Account balances of a shop.
    Account,
    /// Stock of a shop.
    Stock,
    /// Receipts of a shop: sales and refunds.
    Receipt,
    /// Their lines.
    ReceiptLine,
    /// Shifts of a shop.
    Shift,
    /// Products of a company.
    Product,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 6] = [Self::Account, Self::Stock, Self::Receipt, Self::ReceiptLine, Self::Shift, Self::Product];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Stock => "stock",
            Self::Receipt => "receipt",
            Self::ReceiptLine => "receipt_line",
            Self::Shift => "shift",
            Self::Product => "product",
        }
    }
}

/// An account's balance. Rows that came back to zero count as absent.
#[derive(Clone, Debug, PartialEq, Encode)]
pub struct AccountRow {
    /// The account's key.
    #[n(0)]
    pub account: String,
    /// The currency's code.
    #[n(1)]
    pub currency: String,
    /// Minor units, debit positive.
    #[n(2)]
    pub balance: i64,
}

/// A product's stock. Rows that came back to zero count as absent.
#[derive(Clone, Debug, PartialEq, Encode)]
pub struct StockRow {
    /// Which product.
    #[n(0)]
    pub product: ProductId,
    /// Thousandths of its unit.
    #[n(1)]
    pub thousandths: i64,
}

/// A sale or refund.
#[derive(Clone, Debug, PartialEq, Encode)]
pub struct ReceiptRow {
    /// Its id.
    #[n(0)]
    pub receipt: ReceiptId,
    /// Whether money was given back.
    #[n(1)]
    pub refund: bool,
    /// The register.
    #[n(2)]
    pub register: RegisterId,
    /// The shift.
    #[n(3)]
    pub shift: ShiftId,
    /// Series of its number.
    #[n(4)]
    pub series: String,
    /// Its number.
    #[n(5)]
    pub number: u64,
    /// When, µs UTC.
    #[n(6)]
    pub at: Timestamp,
    /// Who.
    #[n(7)]
    pub operator: Option<OperatorId>,
    /// The currency's code.
    #[n(8)]
    pub currency: String,
    /// To pay, minor units.
    #[n(9)]
    pub gross: i64,
    /// The tax in it.
    #[n(10)]
    pub tax: i64,
    /// Cash handed over, minor units.
    #[n(11)]
    pub tendered: i64,
}

/// A line of a sale or refund.
#[derive(Clone, Debug, PartialEq, Encode)]
pub struct ReceiptLineRow {
    /// The receipt.
    #[n(0)]
    pub receipt: ReceiptId,
    /// Its number there.
    #[n(1)]
    pub line: u32,
    /// The product.
    #[n(2)]
    pub product: ProductId,
    /// How much.
    #[n(3)]
    pub quantity: Quantity,
    /// Minor units.
    #[n(4)]
    pub unit_price: i64,
    /// Minor units.
    #[n(5)]
    pub discount: i64,
    /// Minor units.
    #[n(6)]
    pub gross: i64,
    /// Minor units.
    #[n(7)]
    pub tax: i64,
    /// Parts per million.
    #[n(8)]
    pub rate: u32,
    /// The receipt whose line this refunds.
    #[n(9)]
    pub of_receipt: Option<ReceiptId>,
    /// And the line.
    #[n(10)]
    pub of_line: Option<u32>,
}

/// A shift.
#[derive(Clone, Debug, PartialEq, Encode)]
pub struct ShiftRow {
    /// Its id.
    #[n(0)]
    pub shift: ShiftId,
    /// The register.
    #[n(1)]
    pub register: RegisterId,
    /// When it opened, µs UTC.
    #[n(2)]
    pub opened_at: Timestamp,
    /// Minor units.
    #[n(3)]
    pub float: i64,
    /// When it closed; none while it is open.
    #[n(4)]
    pub closed_at: Option<Timestamp>,
    /// Its Z number.
    #[n(5)]
    pub z_number: Option<u64>,
    /// Minor units.
    #[n(6)]
    pub expected_cash: Option<i64>,
    /// Minor units.
    #[n(7)]
    pub counted_cash: Option<i64>,
}

/// A product: its id and the canonical CBOR of its fields (made by `duka-records`).
#[derive(Clone, Debug, PartialEq, Encode)]
pub struct ProductRow {
    /// Its id.
    #[n(0)]
    pub product: ProductId,
    /// Its fields.
    #[n(1)]
    pub fields: ByteVec,
}

/// A digest of a table: the same for the same rows in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    sum: u128,
    rows: u64,
}

impl Digest {
    /// Adds a row.
    pub fn add(&mut self, row: &impl Encode<()>) {
        // Encoding into a Vec cannot fail: rows have no fallible encoders.
        let bytes = minicbor::to_vec(row).unwrap_or_default();
        let mut half = [0; 16];
        half.copy_from_slice(Hash::of(&bytes).as_bytes().split_at(16).0);
        self.sum = self.sum.wrapping_add(u128::from_be_bytes(half));
        self.rows = self.rows.saturating_add(1);
    }

    /// How many rows were added.
    pub const fn rows(self) -> u64 {
        self.rows
    }

    /// As sent: `rows:sum` in hexadecimal.
    pub fn text(self) -> String {
        format!("{:x}:{:032x}", self.rows, self.sum)
    }
}

impl<'r, R: Encode<()> + 'r> FromIterator<&'r R> for Digest {
    fn from_iter<I: IntoIterator<Item = &'r R>>(rows: I) -> Self {
        let mut digest = Self::default();
        rows.into_iter().for_each(|row| digest.add(row));
        digest
    }
}

/// One text for a set of named digests (tables, heads), whatever their order: what two holders compare first.
pub fn combined(parts: impl IntoIterator<Item = (String, String)>) -> String {
    let mut parts: Vec<_> = parts.into_iter().collect();
    parts.sort();
    let text: Vec<String> = parts.into_iter().map(|(name, digest)| format!("{name}={digest}")).collect();
    Hash::of(text.join("\n").as_bytes()).to_string()
}
