//! Selling: the screen it happens on, paying, and what is said after it.

mod actions;
mod done;
mod screen;
mod tender;
mod tender_sheet;

pub use done::Done;
pub use screen::Sell;
pub use tender::TenderState;
pub use tender_sheet::TenderSheet;
