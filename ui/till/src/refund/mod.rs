//! Giving money back: for lines of a receipt, or for goods without one.

mod done;
mod giving;
mod of_receipt;
mod of_receipt_page;
mod unlinked;
mod unlinked_page;

pub use done::RefundDone;
pub use of_receipt_page::Refund;
pub use unlinked_page::RefundUnlinked;
