//! The devices of the company, as its server certified them.

mod aside;
mod store;

pub(crate) use aside::set_aside;
pub(crate) use store::{certificate, key, revoked, series, successors, writer};
