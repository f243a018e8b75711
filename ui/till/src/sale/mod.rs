//! Selling: the screen it happens on, paying, and what is said after it.

mod actions;
mod done;
mod screen;
mod tender;
mod tender_sheet;

pub use done::Done;
pub use screen::Sell;
pub use tender::{Paying, TenderState, complete, open_tender, pay, pay_exactly};
pub use tender_sheet::TenderSheet;
