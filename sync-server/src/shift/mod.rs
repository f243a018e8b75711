//! Shifts of the registers, as their openings and closings tell.

mod changes;
mod digest;
mod store;

pub use changes::Changes;
pub use digest::digest_in_tx;
pub use store::clear_in_tx;
