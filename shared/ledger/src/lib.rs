//! The journal: what happened, in order, provably.
//!
//! A [`Fact`] is a change of business state. It travels as the body of an [`Entry`] in a log; entries are chained by hash (I3) and a log's
//! head is signed ([`SignedHead`]). Tables are folds over facts: [`postings`] and [`stock_moves`] say what a fact adds to the balances, and
//! [`table`] holds the rows and digests that every holder of the same facts ends up with (I4).
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
mod chain;
mod entry;
mod fact;
mod head;
mod posting;
mod receipt_code;
mod stock;
pub mod table;

pub use account::{Account, AccountError};
pub use chain::{Batch, BatchFault, Held, Verified, verify_batch};
pub use entry::{Entry, EntryError, Hash, LogId, Scope, SealedEntry};
pub use fact::{
    AccountAdjusted, AdjustmentReason, Body, DeviceCertified, Fact, FactError, Kind, LineRef, Payment, ReceiptLine, ReceiptReprinted,
    RecordChanged, RecordKind, RefundCompleted, Sale, SaleAborted, ShiftClosed, ShiftOpened, ShiftTotals, StockMoved, StockReason,
    TaxTotal, TechnicalEvent, TechnicalKind, TenderKind,
};
pub use head::{DeviceKey, Head, PublicKey, SignatureError, SignedHead};
pub use posting::{Posting, postings};
pub use receipt_code::{ReceiptCode, ReceiptCodeError, SignedReceiptCode};
pub use stock::{StockMove, stock_moves};
