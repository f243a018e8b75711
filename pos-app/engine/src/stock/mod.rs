//! How much of each product the shop has by the books.

mod command;
mod error;
mod store;

pub(crate) use command::adjust_in_tx;
pub use error::StockError;
pub(crate) use store::{clear_in_tx, digest, move_in_tx, of as stock_of};
