//! The devices of the company, as its server certified them.

mod store;

pub(crate) use store::{certificate, key, series, writer};
