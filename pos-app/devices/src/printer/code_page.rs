//! The one code page that text is sent in: WPC1252, which has € and £, the letters of Western Europe, Swahili and Malay, and
//! typographic quotes and dashes.
//!
//! Text is put into bytes here and handed to the encoder as bytes: the encoder would send a character that its table lacks as UTF-8
//! without a word, and some of its tables have wrong places.

use encoding_rs::WINDOWS_1252;
use escpos::utils::PageCode;

use super::clean::is_invisible;

/// What the printer is told to select.
pub(super) const PAGE: PageCode = PageCode::WPC1252;

/// The bytes of a text, one a column, or nothing if any of its characters is not in the code page.
pub(super) fn encode(text: &str) -> Option<Vec<u8>> {
    text.chars().filter(|c| !is_invisible(*c)).map(byte).collect()
}

fn byte(c: char) -> Option<u8> {
    let c = plain(c);
    if c.is_control() {
        return None;
    }
    let mut buffer = [0; 4];
    let (bytes, _, unmappable) = WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
    match (&*bytes, unmappable) {
        (&[byte], false) => Some(byte),
        _ => None,
    }
}

/// Spaces, hyphens and minus signs that differ from the usual ones only in how lines break at them.
fn plain(c: char) -> char {
    match c {
        '\u{A0}' | '\u{2007}' | '\u{2009}' | '\u{202F}' => ' ',
        '\u{2010}' | '\u{2011}' | '\u{2212}' => '-',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pound_and_the_euro_are_in_the_code_page() {
        assert_eq!(encode("£1 €2"), Some(vec![0xA3, b'1', b' ', 0x80, b'2']));
    }

    #[test]
    fn a_character_outside_the_code_page_is_never_sent_as_something_else() {
        for outside in ["Ж", "ا", "茶", "ไ", "अ", "🍵", "ł", "₹", "e\u{301}x\u{327}", "\u{81}", "\u{FFFD}"] {
            assert_eq!(encode(outside), None, "{outside}");
        }
    }

    #[test]
    fn every_character_of_the_code_page_reads_back_as_itself() {
        for byte in (0x20..=0x7E).chain(0xA1..=0xFF) {
            let (text, _, _) = WINDOWS_1252.decode(std::slice::from_ref(&byte));
            assert_eq!(encode(&text), Some(vec![byte]), "{text}");
        }
    }

    #[test]
    fn french_amounts_with_a_narrow_space_and_a_real_minus_are_text() {
        assert_eq!(encode("\u{2212}1\u{202F}234,50\u{A0}€"), Some(b"-1 234,50 \x80".to_vec()));
    }
}
