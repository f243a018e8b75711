//! How much a message holds, before any of it is made (I11).

use crate::message::{TooMuch, at_most as no_more_than};

/// Counts what stands in a message's CBOR, without believing any length that it names: what is longer than the message is not reached.
pub(crate) fn at_most(message: &[u8], limit: usize) -> Result<(), TooMuch> {
    let (mut rest, mut found) = (message, 0_usize);
    while let Some(after) = behind_item(rest) {
        found = found.saturating_add(1);
        no_more_than("pieces of data", limit, found)?;
        rest = after;
    }
    Ok(())
}

/// What follows the head of the next item, and its bytes if it is a string: what a list holds follows as items of their own. None at the end,
/// and for what no decoder takes.
fn behind_item(bytes: &[u8]) -> Option<&[u8]> {
    let (first, rest) = bytes.split_first()?;
    let (length, rest) = match first & 0x1f {
        small @ 0..=23 => (u64::from(small), rest),
        24 => number(rest, 1)?,
        25 => number(rest, 2)?,
        26 => number(rest, 4)?,
        27 => number(rest, 8)?,
        // Of no length that is said before: what it holds follows, and a mark for its end.
        31 => return Some(rest),
        _ => return None,
    };
    match first >> 5 {
        2 | 3 => rest.get(usize::try_from(length).ok()?..),
        _ => Some(rest),
    }
}

/// A number of so many bytes, and what follows it.
fn number(bytes: &[u8], size: usize) -> Option<(u64, &[u8])> {
    let (number, rest) = bytes.split_at_checked(size)?;
    Some((number.iter().fold(0_u64, |sum, byte| sum.wrapping_shl(8) | u64::from(*byte)), rest))
}
