//! The till's own database, when it cannot be used.

mod mending;
mod restore;
mod salvaged;
mod unusable;

pub use salvaged::{SalvagedCard, SalvagedSheet};
pub use unusable::{Failed, Unusable};
