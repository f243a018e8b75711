//! The devices of the company, as its server certified them.

mod query;

pub(crate) use query::{certificate, key, revoked, series, writer};
