//! The till's own database: when it cannot be used, what was saved of it, and what in it counts for nothing.

mod aside;
mod mending;
mod restore;
mod salvaged;
mod unusable;

pub use aside::SetAside;
pub use salvaged::{SalvagedCard, SalvagedSheet};
pub use unusable::{Failed, Unusable};
