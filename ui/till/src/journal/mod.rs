//! The till's own database, when it cannot be used.

mod restore;
mod unusable;

pub use unusable::{Failed, Unusable};
