//! Accounts: where money stands, and what sales and shifts post to them.

mod fact;
mod name;
mod posting;

pub use fact::{AccountAdjusted, AdjustmentReason};
pub use name::{Account, AccountError};
pub use posting::{Posting, PostingError};
pub(crate) use posting::{of_closing, of_opening, of_sale, reversed, transfer};

use crate::table::table;
use duka_core::Currency;

table! {
    /// What stands in an account of a shop.
    AccountRow = "account", Shop, Sum, key 2 {
        /// Which account.
        account: Account,
        /// In what currency.
        currency: Currency,
        /// Minor units, debit positive. Rules bound what one device may add ([`crate::rule::MAX_TURNOVER`]), so that the sum fits.
        balance: i64,
    }
}
