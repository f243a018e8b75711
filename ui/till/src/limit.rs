//! The longest texts that the engine takes, in characters: fields stop there, so that nothing is typed in vain.

pub use duka_core::limit::{NAME, NOTE, OPERATOR};

/// A one-time code, with room for whatever was pasted around it.
pub const ENROL_CODE: u32 = 64;
