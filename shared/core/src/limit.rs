//! The longest texts that people may write, in characters: fields stop there, and who takes them refuses more.

/// A product's name.
pub const NAME: u32 = 200;
/// A note on a line, a stock move or an adjustment, and the reason of a refund.
pub const NOTE: u32 = 200;
/// Who is at the till.
pub const OPERATOR: u32 = 60;

/// Whether a text has at most so many characters.
pub fn fits(text: &str, most: u32) -> bool {
    usize::try_from(most).is_ok_and(|most| text.chars().nth(most).is_none())
}

#[cfg(test)]
mod tests {
    use super::{NOTE, fits};

    #[test]
    fn a_text_is_measured_by_its_characters_and_not_by_its_bytes() {
        let note = "ü".repeat(200);
        assert!(fits(&note, NOTE) && fits("", NOTE) && fits("", 0));
        assert!(!fits(&(note + "ü"), NOTE));
    }
}
