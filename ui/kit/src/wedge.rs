//! Tells a scanner that pretends to be a keyboard from a person who types. Pure: keys and their times go in, scans come out.

use duka_core::Barcode;

/// Where the keys are going.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Into a field where text is entered; people and tests type there too.
    Field,
    /// Anywhere else: nobody types words at a button.
    Elsewhere,
}

/// What a key meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nothing of interest.
    Nothing,
    /// The first character of what may become a scan: keep a copy of the field it goes to.
    Begin,
    /// Another character of it.
    More,
    /// A scan is complete; the key that ended it must not do anything else.
    Scan(String),
    /// The late end of a scan that was already taken; it must not do anything.
    Swallow,
}

/// The recogniser. One per window.
#[derive(Debug, Default)]
pub struct Wedge {
    burst: String,
    /// Gaps in it that were longer than a scanner's own.
    slow: usize,
    last: f64,
    place: Option<Place>,
    taken_at: Option<f64>,
}

impl Wedge {
    /// Characters of a scan are mostly no further apart than this (ms); a person is slower.
    pub const GAP: f64 = 35.0;
    /// A busy computer may hold up a character or two of a scan, or its Enter, for so long (ms).
    pub const HOLD_UP: f64 = 150.0;
    /// After this much silence (ms) a scan without Enter is complete.
    pub const PAUSE: f64 = 60.0;
    /// For so long (ms) after such a scan its Enter may still come.
    pub const LATE_END: f64 = 300.0;
    /// A scan has at least so many characters.
    pub const SHORTEST: usize = 4;
    const LONGEST: usize = 512;

    /// Takes the next key (`KeyboardEvent.key`) and its time in ms.
    pub fn key(&mut self, key: &str, at: f64, place: Place) -> Heard {
        match key {
            "Enter" | "Tab" => self.end(at, place),
            // Held while a scanner sends a capital.
            "Shift" | "CapsLock" => Heard::Nothing,
            _ => match single(key) {
                Some(character) => self.character(character, at, place),
                None => {
                    self.forget();
                    Heard::Nothing
                }
            },
        }
    }

    /// To be asked [`Wedge::PAUSE`] ms after a character: a whole GTIN that nothing followed is a scan by itself.
    pub fn rest(&mut self, now: f64) -> Option<String> {
        if now - self.last < Self::PAUSE || !self.is_fast() || !is_gtin(&self.burst) {
            return None;
        }
        self.taken_at = Some(now);
        Some(std::mem::take(&mut self.burst))
    }

    /// Forgets what came so far: a key was held down, or a shortcut pressed.
    pub fn forget(&mut self) {
        self.burst.clear();
    }

    fn character(&mut self, character: char, at: f64, place: Place) -> Heard {
        let gap = at - self.last;
        self.last = at;
        self.taken_at = None;
        if !self.burst.is_empty() && gap <= Self::HOLD_UP && self.burst.len() < Self::LONGEST {
            self.slow = self.slow.saturating_add(usize::from(gap > Self::GAP));
            self.burst.push(character);
            return Heard::More;
        }
        self.burst.clear();
        self.slow = 0;
        self.burst.push(character);
        self.place = Some(place);
        Heard::Begin
    }

    fn end(&mut self, at: f64, place: Place) -> Heard {
        if self.taken_at.take().is_some_and(|taken| at - taken <= Self::LATE_END) {
            return Heard::Swallow;
        }
        let fast = self.is_fast();
        let burst = std::mem::take(&mut self.burst);
        let scan = fast && at - self.last <= Self::HOLD_UP && is_scan(&burst, self.place.unwrap_or(place));
        if scan { Heard::Scan(burst) } else { Heard::Nothing }
    }

    /// A short code may be held up once, a longer one once more for every eight characters.
    fn is_fast(&self) -> bool {
        self.slow <= self.burst.len() / 8 + 1
    }
}

/// The whole of a scan whose first characters were taken for typing because the computer held up the rest: what was in the field
/// before and what came after make up one GTIN.
pub fn mended(before: &str, scan: &str) -> Option<String> {
    let whole = format!("{before}{scan}");
    (!before.is_empty() && is_gtin(&whole)).then_some(whole)
}

/// Whether fast text that ended in Enter or Tab came from a scanner.
fn is_scan(text: &str, place: Place) -> bool {
    if text.chars().count() < Wedge::SHORTEST || !text.bytes().all(|b| b.is_ascii_graphic()) {
        return false;
    }
    match place {
        Place::Elsewhere => true,
        // Words and amounts may be put into a field by a program; codes are made mostly of digits and carry no point.
        Place::Field => {
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            digits.saturating_mul(2) >= text.len() && !text.contains(['.', ',', ':', '/'])
        }
    }
}

fn is_gtin(text: &str) -> bool {
    Barcode::parse(text).is_ok_and(|code| code.is_gtin())
}

fn single(key: &str) -> Option<char> {
    let mut characters = key.chars();
    let first = characters.next()?;
    characters.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(wedge: &mut Wedge, text: &str, start: f64, gap: f64, place: Place) -> f64 {
        let mut at = start;
        for character in text.chars() {
            wedge.key(&character.to_string(), at, place);
            at += gap;
        }
        at
    }

    #[test]
    fn a_scan_is_taken_wherever_focus_is() {
        for place in [Place::Field, Place::Elsewhere] {
            for code in ["0073416510708", "85123A", "22423", "DCGS0076"] {
                let mut wedge = Wedge::default();
                let at = hear(&mut wedge, code, 1_000.0, 5.0, place);
                assert_eq!(wedge.key("Enter", at + 10.0, place), Heard::Scan(code.to_owned()));
            }
        }
    }

    #[test]
    fn a_person_who_types_is_not_a_scanner() {
        let mut wedge = Wedge::default();
        let at = hear(&mut wedge, "22423", 0.0, 90.0, Place::Field);
        assert_eq!(wedge.key("Enter", at, Place::Field), Heard::Nothing);
        let at = hear(&mut wedge, "12", 5_000.0, 10.0, Place::Elsewhere);
        assert_eq!(wedge.key("Enter", at, Place::Elsewhere), Heard::Nothing);
    }

    #[test]
    fn words_and_amounts_put_into_a_field_at_once_stay_there() {
        for text in ["Amina", "40.00", "1,250", "http://10.0.0.1", "coffee 250"] {
            let mut wedge = Wedge::default();
            let at = hear(&mut wedge, text, 0.0, 1.0, Place::Field);
            assert_eq!(wedge.key("Enter", at, Place::Field), Heard::Nothing, "{text}");
        }
    }

    #[test]
    fn a_busy_computer_that_holds_up_a_character_tears_no_scan_apart() {
        let mut wedge = Wedge::default();
        let at = hear(&mut wedge, "0", 0.0, 90.0, Place::Field);
        let at = hear(&mut wedge, "073416510708", at, 6.0, Place::Field);
        assert_eq!(wedge.key("Enter", at + 120.0, Place::Field), Heard::Scan("0073416510708".into()));
    }

    #[test]
    fn a_scan_that_was_torn_apart_all_the_same_is_put_together_by_its_check_digit() {
        assert_eq!(mended("84", "31876114140"), Some("8431876114140".into()));
        assert_eq!(mended("milk", "8431876114140"), None);
        assert_eq!(mended("", "8431876114140"), None);
    }

    #[test]
    fn a_letter_typed_before_a_scan_is_no_part_of_it() {
        let mut wedge = Wedge::default();
        wedge.key("l", 0.0, Place::Field);
        let at = hear(&mut wedge, "96385074", 200.0, 8.0, Place::Field);
        assert_eq!(wedge.key("Tab", at, Place::Field), Heard::Scan("96385074".into()));
    }

    #[test]
    fn capitals_come_with_shift_held() {
        let mut wedge = Wedge::default();
        let at = hear(&mut wedge, "85123", 0.0, 4.0, Place::Elsewhere);
        wedge.key("Shift", at, Place::Elsewhere);
        wedge.key("A", at + 2.0, Place::Elsewhere);
        assert_eq!(wedge.key("Enter", at + 6.0, Place::Elsewhere), Heard::Scan("85123A".into()));
    }

    #[test]
    fn a_scanner_without_enter_is_understood_after_a_pause_and_its_late_enter_does_nothing() {
        let mut wedge = Wedge::default();
        let at = hear(&mut wedge, "0073416510708", 0.0, 10.0, Place::Field);
        assert_eq!(wedge.rest(at), None);
        assert_eq!(wedge.rest(at + 80.0), Some("0073416510708".into()));
        assert_eq!(wedge.key("Enter", at + 150.0, Place::Field), Heard::Swallow);
        assert_eq!(wedge.key("Enter", at + 160.0, Place::Field), Heard::Nothing);
    }

    #[test]
    fn a_wrong_check_digit_without_enter_stays_text() {
        let mut wedge = Wedge::default();
        let at = hear(&mut wedge, "0073416510709", 0.0, 10.0, Place::Field);
        assert_eq!(wedge.rest(at + 80.0), None);
    }

    #[test]
    fn two_scans_in_a_row_are_two_scans() {
        let mut wedge = Wedge::default();
        let mut heard = Vec::new();
        let mut at = 0.0;
        for _ in 0..2 {
            at = hear(&mut wedge, "0073416510708", at, 3.0, Place::Elsewhere);
            heard.push(wedge.key("Enter", at, Place::Elsewhere));
            at += 3.0;
        }
        assert_eq!(heard, vec![Heard::Scan("0073416510708".into()); 2]);
    }

    #[test]
    fn a_key_in_between_ends_the_burst() {
        let mut wedge = Wedge::default();
        hear(&mut wedge, "123", 0.0, 3.0, Place::Elsewhere);
        wedge.key("Backspace", 10.0, Place::Elsewhere);
        wedge.key("4", 12.0, Place::Elsewhere);
        assert_eq!(wedge.key("Enter", 14.0, Place::Elsewhere), Heard::Nothing);
    }
}
