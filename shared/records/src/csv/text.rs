//! From bytes to text: which encoding, which separator.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// The text of a file; or the line that cannot be read, and why.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, (u64, String)> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err((1, "this is a spreadsheet, not a CSV file; save it as 'CSV UTF-8'".to_owned()));
    }
    let (encoding, body) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, bytes.get(length..).unwrap_or_default()),
        None => (guess(bytes), bytes),
    };
    // Windows-1252 leaves a few bytes empty: a file that has them is something else.
    let is_control = |c: char| c == '\0' || encoding == WINDOWS_1252 && ('\u{80}'..='\u{9f}').contains(&c);
    match encoding.decode_without_bom_handling_and_without_replacement(body) {
        Some(text) => match text.find(is_control) {
            Some(place) => {
                let detail = "this line is not text in UTF-8, UTF-16 or Windows-1252; save the file as 'CSV UTF-8'";
                Err((line_of(&text, Some(place)), detail.to_owned()))
            }
            None => Ok(text),
        },
        None if encoding == UTF_8 => {
            let valid = std::str::from_utf8(body).map_or_else(|fault| fault.valid_up_to(), str::len);
            let before = String::from_utf8_lossy(body.get(..valid).unwrap_or_default());
            Err((line_of(&before, None), "this line is not UTF-8 text while others are; save the file as 'CSV UTF-8'".to_owned()))
        }
        None => Err((1, format!("the file is not valid {}; save it as 'CSV UTF-8'", encoding.name()))),
    }
}

fn line_of(text: &str, end: Option<usize>) -> u64 {
    let before = text.get(..end.unwrap_or(text.len())).unwrap_or(text);
    u64::try_from(before.matches('\n').count()).unwrap_or(u64::MAX).saturating_add(1)
}

/// Without a byte order mark. A file that has any real UTF-8 sequence is UTF-8, if perhaps a damaged one: in Windows-1252 the same bytes
/// would be letter salad that nobody writes.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let sample = bytes.get(..bytes.len().min(512)).unwrap_or(bytes);
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let many = sample.len().div_euclid(5);
    if zeros(1) > many {
        return UTF_16LE;
    }
    if zeros(0) > many {
        return UTF_16BE;
    }
    let all_utf8 = std::str::from_utf8(bytes).is_ok();
    let some_utf8 = || bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii());
    if all_utf8 || some_utf8() { UTF_8 } else { WINDOWS_1252 }
}

/// The separator that the first line has most of, outside of quotes.
pub(super) fn delimiter(text: &str) -> u8 {
    let mut counts = [(b',', 0_u32), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in text.trim_start_matches(['\r', '\n']).bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if !quoted => counts.iter_mut().filter(|(mark, _)| *mark == byte).for_each(|(_, count)| *count = count.saturating_add(1)),
            _ => {}
        }
    }
    // The first of equals wins: the comma.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(mark, _)| *mark)
}

/// Tells on which line of the file a record stands. The CSV reader's own count is taken before it skips empty lines and the second half of
/// CR LF, and does not count a lone CR.
pub(super) struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    line: u64,
}

impl<'t> Lines<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { text: text.as_bytes(), at: 0, line: 1 }
    }

    /// The line of the record that the reader began at `byte`; records come in the order of the file.
    pub(super) fn of(&mut self, byte: u64) -> u64 {
        let begun = usize::try_from(byte).unwrap_or(usize::MAX).min(self.text.len());
        let rest = self.text.get(begun..).unwrap_or_default();
        let starts = begun.saturating_add(rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count());
        while self.at < starts {
            let next = self.at.saturating_add(1);
            let ends = match self.text.get(self.at) {
                Some(b'\n') => true,
                Some(b'\r') => self.text.get(next) != Some(&b'\n'),
                _ => false,
            };
            self.line = self.line.saturating_add(u64::from(ends));
            self.at = next;
        }
        self.line
    }
}
