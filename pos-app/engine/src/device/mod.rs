//! The devices of the company, as its server certified them.

mod store;

pub(crate) use store::{certify_in_tx, clear_in_tx, key, series};
