//! The journal: what happened, in order, provably.
//!
//! A [`Fact`] is a change of business state. It travels as the body of an [`Entry`] in a log; entries are chained by hash (I3) and a log's
//! head is signed ([`SignedHead`]). What comes is judged by one set of [rules](rule) and gives the rows of one [fold], for [tables](table) that
//! are described once; whoever holds the same facts holds the same tables (I4). A folder per noun, spelled like everywhere.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::float_arithmetic,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_possible_wrap
    )
)]

mod account;
mod device;
mod fact;
pub mod fold;
mod journal;
mod receipt;
mod record;
pub mod rule;
mod shift;
mod stock;
pub mod table;

pub use account::{Account, AccountAdjusted, AccountError, AccountRow, AdjustmentReason, Posting, PostingError};
pub use device::{
    DeviceCertified, DeviceRole, DeviceRow, DeviceStandingChanged, DeviceStandingRow, Standing, TechnicalEvent, TechnicalKind, UnknownRole,
};
pub use fact::{Body, Fact, Kind, Unreadable, Unwritable};
pub use fold::{postings, stock_moves};
pub use journal::{
    Batch, BatchFault, DeviceKey, Entry, EntryError, Hash, Head, Held, LogId, PublicKey, Scope, SealedEntry, SignatureError, SignedHead,
    Verified, verify_batch,
};
pub use receipt::{
    AbortedSaleRow, LineRef, Payment, PaymentRow, PrintedNumber, ReceiptCode, ReceiptCodeError, ReceiptLine, ReceiptLineRow,
    ReceiptReprinted, ReceiptRow, RefundCompleted, ReprintRow, Sale, SaleAborted, SignedReceiptCode, TaxTotal, TenderKind, shown_number,
};
pub use record::{ProductRow, RecordChangeRow, RecordChanged, RecordKind};
pub use shift::{Continued, ShiftClosed, ShiftOpened, ShiftRow, ShiftTotals, ZReportRow};
pub use stock::{StockMove, StockMoved, StockReason, StockRow};
