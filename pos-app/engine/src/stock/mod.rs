//! How much of each product the shop has by the books.

mod command;
mod error;
mod store;

pub(crate) use command::{adjust, moved};
pub use error::StockError;
pub(crate) use store::{difference, others_of, shown};
