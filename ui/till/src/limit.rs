//! The longest texts that the engine takes, in characters: fields stop there, so that nothing is typed in vain.

/// A product's name.
pub const NAME: u32 = 200;
/// A note on a line or a stock move, and the reason of a refund.
pub const NOTE: u32 = 200;
/// Who is at the till.
pub const OPERATOR: u32 = 60;
/// A one-time code.
pub const ENROL_CODE: u32 = 64;
