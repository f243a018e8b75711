//! From text to number, one form at a time.

use super::{Decimal, NumberForm, digit::digit};

/// Reads a number as machines write it: a minus or none, digits, at most one point.
pub(crate) fn plain(text: &str) -> Option<Decimal> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit());
    if !all_digits || whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let digits = whole.bytes().chain(fraction.bytes()).try_fold(0, |sum, b| append(sum, u64::from(b & 0x0F)));
    Some(Decimal { negative, digits, decimals: u32::try_from(fraction.len()).unwrap_or(u32::MAX) })
}

/// Reads a number of one form: its decimal mark, and thousands in groups of three apart by one kind of mark, or as India has them
/// (`1,23,456`). Digits may be of any script, but all of one.
pub(crate) fn read(text: &str, form: NumberForm) -> Option<Decimal> {
    if form == NumberForm::Point
        && let Some(number) = plain(text)
    {
        return Some(number);
    }
    let text = text.trim_matches(is_around);
    let (negative, digits) =
        text.strip_prefix(['-', '\u{2212}']).map_or((false, text), |rest| (true, rest.trim_start_matches(is_bidi_control)));
    let (whole, fraction) = digits.split_once(|c| is_decimal_mark(c, form)).unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() || !is_well_grouped(whole, form) {
        return None;
    }
    let mut script = None;
    let mut value = |c| digit(c).filter(|(zero, _)| *script.get_or_insert(*zero) == *zero).map(|(_, value)| value);
    let (mut all, mut decimals) = (Some(0), 0);
    for c in whole.chars().filter(|c| !is_group_mark(*c, form)) {
        let digit = value(c)?;
        all = all.and_then(|sum| append(sum, digit));
    }
    let significant = fraction.trim_end_matches(is_zero);
    for c in significant.chars() {
        let digit = value(c)?;
        all = all.and_then(|sum| append(sum, digit));
        decimals = u32::checked_add(decimals, 1)?;
    }
    let zeros = fraction.strip_prefix(significant).unwrap_or_default();
    zeros.chars().all(|c| value(c).is_some()).then_some(Decimal { negative, digits: all, decimals })
}

fn is_zero(c: char) -> bool {
    digit(c).is_some_and(|(_, value)| value == 0)
}

fn append(sum: u64, digit: u64) -> Option<u64> {
    sum.checked_mul(10)?.checked_add(digit)
}

/// Whether the digits before the decimal mark stand in groups as people put them, or in none.
fn is_well_grouped(whole: &str, form: NumberForm) -> bool {
    let mut marks = whole.chars().filter(|c| is_group_mark(*c, form));
    let Some(mark) = marks.next() else { return true };
    let mut groups = whole.split(mark).map(|group| group.chars().count()).peekable();
    let first = groups.next().unwrap_or(0);
    let (mut western, mut indian) = ((1..=3).contains(&first), (1..=2).contains(&first) && mark == ',');
    while let Some(digits) = groups.next() {
        let last = groups.peek().is_none();
        western &= digits == 3;
        indian &= digits == if last { 3 } else { 2 };
    }
    // Nobody writes thousands before which there is nothing: in `0,486` the comma is a decimal mark.
    (western || indian) && !whole.starts_with(is_zero) && marks.all(|other| other == mark)
}

fn is_decimal_mark(c: char, form: NumberForm) -> bool {
    c == '\u{66B}' || if form == NumberForm::Point { is_point(c) } else { is_comma(c) }
}

/// The other form's decimal mark, a space, an apostrophe, or the Arabic mark.
fn is_group_mark(c: char, form: NumberForm) -> bool {
    matches!(c, ' ' | '\u{A0}' | '\u{2009}' | '\u{202F}' | '\'' | '\u{2019}' | '\u{66C}')
        || if form == NumberForm::Point { is_comma(c) } else { is_point(c) }
}

/// A point, also as wide as a Chinese or Japanese character.
pub(super) const fn is_point(c: char) -> bool {
    matches!(c, '.' | '\u{FF0E}')
}

/// A comma, also as wide as a Chinese or Japanese character, or the comma of Arabic keyboards.
const fn is_comma(c: char) -> bool {
    matches!(c, ',' | '\u{FF0C}' | '\u{60C}')
}

/// What may stand around a number and says nothing: spaces and marks of direction.
pub fn is_around(c: char) -> bool {
    c.is_whitespace() || is_bidi_control(c)
}

const fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
