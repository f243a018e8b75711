//! Receipts: sales and refunds, what was paid for them, and what became of those that were not completed.

mod code;
mod fact;

pub use code::{ReceiptCode, ReceiptCodeError, SignedReceiptCode};
pub use fact::{LineRef, Payment, PrintedNumber, ReceiptLine, ReceiptReprinted, RefundCompleted, Sale, SaleAborted, TaxTotal, TenderKind};

use crate::table::table;
use duka_core::{Currency, DeviceId, OperatorId, ProductId, ReceiptId, RegisterId, ShiftId, TaxRate, Timestamp, Unit};

table! {
    /// A sale or refund. Amounts in minor units.
    ReceiptRow = "receipt", Shop, Once, key 2 {
        /// The device that wrote it.
        device: DeviceId,
        /// Its number in the device's series.
        number: u64,
        /// Its id.
        receipt: ReceiptId,
        /// Whether money was given back.
        refund: bool,
        /// The register.
        register: RegisterId,
        /// The shift.
        shift: ShiftId,
        /// The device's series.
        series: String,
        /// The place of the fact in the device's log.
        seq: u64,
        /// The logical time of the fact.
        lamport: u64,
        /// When, µs UTC.
        at: Timestamp,
        /// Minutes east of UTC.
        offset_minutes: i16,
        /// Who was at the till.
        operator: Option<OperatorId>,
        /// Its currency.
        currency: Currency,
        /// To pay.
        gross: i64,
        /// The tax in it.
        tax: i64,
        /// Why it was refunded; empty on a sale.
        reason: String,
        /// The series on its paper, where that is another.
        printed_series: Option<String>,
        /// And the number there.
        printed_number: Option<u64>,
    }
}

table! {
    /// A line of a sale or refund. Amounts in minor units.
    ReceiptLineRow = "receipt_line", Shop, Once, key 3 {
        /// The device that wrote the receipt.
        device: DeviceId,
        /// The receipt's number.
        number: u64,
        /// The line's number on it, from 1.
        line: u32,
        /// The product.
        product: ProductId,
        /// The code it was found by.
        code: String,
        /// Its name then.
        name: String,
        /// How much, in thousandths.
        quantity: i64,
        /// Of this unit.
        unit: Unit,
        /// Price of one unit.
        unit_price: i64,
        /// Taken off.
        discount: i64,
        /// To pay.
        gross: i64,
        /// The tax in it.
        tax: i64,
        /// At this rate.
        rate: TaxRate,
        /// What the cashier wrote.
        note: Option<String>,
        /// The receipt whose line this refunds.
        of_receipt: Option<ReceiptId>,
        /// And that line.
        of_line: Option<u32>,
    }
}

table! {
    /// A tender of a sale, or what was paid out for a refund. Amounts in minor units.
    PaymentRow = "payment", Shop, Once, key 3 {
        /// The device that wrote the receipt.
        device: DeviceId,
        /// The receipt's number.
        number: u64,
        /// Which of its payments, from 1.
        position: u32,
        /// [`TenderKind`] by its number.
        tender: u16,
        /// What it settles.
        amount: i64,
        /// What was handed over.
        tendered: i64,
    }
}

table! {
    /// A basket with lines that was given up.
    AbortedSaleRow = "aborted_sale", Shop, Once, key 2 {
        /// The device.
        device: DeviceId,
        /// The place of the fact in its log.
        seq: u64,
        /// The id that the sale would have had.
        receipt: ReceiptId,
        /// The register.
        register: RegisterId,
        /// The shift.
        shift: ShiftId,
        /// When, µs UTC.
        at: Timestamp,
        /// Who was at the till.
        operator: Option<OperatorId>,
        /// Its currency.
        currency: Currency,
        /// How many lines it had.
        lines: u32,
        /// What would have been to pay, minor units.
        gross: i64,
    }
}

table! {
    /// A receipt that was printed again.
    ReprintRow = "reprint", Shop, Once, key 2 {
        /// The device.
        device: DeviceId,
        /// The place of the fact in its log.
        seq: u64,
        /// Which receipt.
        receipt: ReceiptId,
        /// The register.
        register: RegisterId,
        /// The shift, if one was open.
        shift: Option<ShiftId>,
        /// When, µs UTC.
        at: Timestamp,
        /// Who was at the till.
        operator: Option<OperatorId>,
    }
}

impl TenderKind {
    /// Its number in columns.
    pub const fn number(self) -> u16 {
        match self {
            Self::Cash => 0,
        }
    }

    /// The kind with this number.
    pub const fn from_number(number: u16) -> Option<Self> {
        match number {
            0 => Some(Self::Cash),
            _ => None,
        }
    }
}

/// What is printed and shown: `A1-000123`.
pub fn shown_number(series: &str, number: u64) -> String {
    format!("{series}-{number:06}")
}
