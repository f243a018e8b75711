//! Facts of accounts.

use super::Account;
use duka_core::{Currency, TransferId};
use minicbor::{Decode, Encode};

/// Why an amount was moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum AdjustmentReason {
    /// A debt was given up, or given up wrongly and taken back.
    #[n(0)]
    BadDebt,
    /// Anything else; the note says what.
    #[n(1)]
    Other,
}

/// [`crate::Fact::AccountAdjusted`]. Debit one account, credit another; a negative amount the other way.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct AccountAdjusted {
    /// Made by the writer.
    #[n(0)]
    pub id: TransferId,
    /// To this account.
    #[n(1)]
    pub debit: Account,
    /// From this account.
    #[n(2)]
    pub credit: Account,
    /// Its currency.
    #[n(3)]
    pub currency: Currency,
    /// Minor units, signed, never 0.
    #[n(4)]
    pub amount: i64,
    /// Why.
    #[n(5)]
    pub reason: AdjustmentReason,
    /// In words.
    #[n(6)]
    pub note: String,
}
