//! What a cell says.

use duka_core::{Barcode, Currency, Money, Quantity, TaxRate, Unit};
use std::{borrow::Cow, collections::BTreeSet};

/// A name on one line. Real files have control characters in names, most often the rest of a Windows-1252 text that was stored as Latin-1
/// and then as UTF-8: those get the letter they had, others go.
pub(super) fn name(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return text.to_owned();
    }
    let letter = |c: char| match c {
        '\u{80}'..='\u{9f}' => {
            let byte = u8::try_from(u32::from(c)).unwrap_or(b' ');
            let meant = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next();
            meant.filter(|c| !c.is_control())
        }
        c if c.is_control() => c.is_whitespace().then_some(' '),
        c => Some(c),
    };
    text.chars().filter_map(letter).collect::<String>().trim().to_owned()
}

/// A price, with or without the currency's `symbol` or code, with a decimal point or a decimal comma.
pub(super) fn price(text: &str, currency: Currency, symbol: &str) -> Result<Money, String> {
    let bare = [currency.code(), symbol].iter().fold(text.trim(), |rest, mark| {
        let rest = rest.strip_prefix(mark).unwrap_or(rest);
        rest.strip_suffix(mark).unwrap_or(rest).trim()
    });
    if currency.digits() == 3 && bare.split_once(',').is_some_and(|(_, tail)| tail.len() == 3 && !bare.contains('.')) {
        return Err(format!("'{text}' could be two amounts; write a decimal point"));
    }
    let plain = decimal(bare).ok_or_else(|| format!("'{text}' is not an amount; write it like 12.50"))?;
    Money::parse(&plain, currency).map_err(|fault| fault.to_string())
}

/// A tax rate in percent.
pub(super) fn rate(text: &str) -> Result<TaxRate, String> {
    let bare = text.trim().trim_end_matches('%').trim_end();
    TaxRate::parse(&decimal(bare).unwrap_or(Cow::Borrowed(bare))).map_err(|fault| fault.to_string())
}

/// A quantity of `unit`.
pub(super) fn quantity(text: &str, unit: Unit) -> Result<Quantity, String> {
    let plain = decimal(text).ok_or_else(|| format!("'{text}' is not a quantity; write it like 3 or 0.486"))?;
    Quantity::parse(&plain, unit).map_err(|fault| fault.to_string())
}

/// A unit.
pub(super) fn unit(text: &str) -> Result<Unit, String> {
    Unit::parse(text).ok_or_else(|| format!("'{text}' is not a unit; write each, kilogram, litre or metre"))
}

/// Yes or no.
pub(super) fn yes_or_no(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "t" | "1" | "x" | "active" | "on" => Ok(true),
        "no" | "n" | "false" | "f" | "0" | "inactive" | "off" => Ok(false),
        _ => Err(format!("'{text}' is neither yes nor no")),
    }
}

/// All barcodes of a cell.
pub(super) fn barcodes(text: &str) -> Result<BTreeSet<Barcode>, String> {
    text.split([' ', '\u{a0}', ',', ';', '|', '\n', '\r', '\t'])
        .filter(|part| !part.is_empty())
        .map(|part| if was_rounded(part) { Err(rounded(part)) } else { Barcode::parse(part).map_err(|fault| fault.to_string()) })
        .collect()
}

/// The shop's own code.
pub(super) fn code(text: &str) -> Result<String, String> {
    if was_rounded(text) { Err(rounded(text)) } else { Ok(text.to_owned()) }
}

fn rounded(text: &str) -> String {
    format!("'{text}' was rounded by a spreadsheet; format the column as text and save again")
}

/// `4.00638E+12`
fn was_rounded(text: &str) -> bool {
    let Some((digits, power)) = text.split_once("E+").or_else(|| text.split_once("e+")) else { return false };
    let number = |part: &str, others: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit() || others.contains(c));
    number(digits, ".,") && number(power, "")
}

/// Rewrites `1,234.50`, `1.234,50` and `12,5` as a plain decimal; none when the separators make no sense.
///
/// A single comma before exactly three digits separates thousands, as in `1,234`; a single point always decimals.
fn decimal(text: &str) -> Option<Cow<'_, str>> {
    if is_plain(text) {
        return Some(Cow::Borrowed(text));
    }
    let (sign, digits) = match text.trim().strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.trim()),
    };
    let commas = digits.matches(',').count();
    let points = digits.matches('.').count();
    let decimal_mark = match (commas, points) {
        (0, 0) => None,
        (0, 1) => Some('.'),
        (1, 0) if digits.rsplit(',').next().is_some_and(|tail| tail.len() != 3) => Some(','),
        (_, 0) | (0, _) => None,
        _ if digits.rfind(',') > digits.rfind('.') => Some(','),
        _ => Some('.'),
    };
    let (whole, fraction) = match decimal_mark {
        Some(mark) => digits.rsplit_once(mark)?,
        None => (digits, ""),
    };
    let mut groups = whole.split([',', '.']);
    let first = groups.next()?;
    let grouped: Vec<&str> = groups.collect();
    let well_grouped = grouped.is_empty() || (1..=3).contains(&first.len()) && grouped.iter().all(|group| group.len() == 3);
    let one_mark = !(whole.contains(',') && whole.contains('.'));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !well_grouped || !one_mark || !all_digits(first) || !grouped.iter().all(|group| all_digits(group)) || !all_digits(fraction) {
        return None;
    }
    if first.is_empty() && fraction.is_empty() {
        return None;
    }
    let point = if fraction.is_empty() { "" } else { "." };
    Some(Cow::Owned(format!("{sign}{first}{}{point}{fraction}", grouped.concat())))
}

/// Digits with at most one point among them, as nearly every cell is.
fn is_plain(text: &str) -> bool {
    let (mut digit, mut point) = (false, false);
    text.bytes().all(|byte| match byte {
        b'0'..=b'9' => {
            digit = true;
            true
        }
        b'.' => !std::mem::replace(&mut point, true),
        _ => false,
    }) && digit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price_in(code: &str, text: &str) -> Result<Money, String> {
        let currency = Currency::try_new(code).unwrap();
        price(text, currency, &currency.symbol())
    }

    #[test]
    fn numbers_are_read_as_people_write_them_in_any_country() {
        for (text, plain) in [
            ("2.55", "2.55"),
            ("2,5", "2.5"),
            ("2,50", "2.50"),
            ("1,234", "1234"),
            ("1.234", "1.234"),
            ("1,234.50", "1234.50"),
            ("1.234,50", "1234.50"),
            ("1,234,567.8", "1234567.8"),
            ("-3", "-3"),
            (".5", ".5"),
        ] {
            assert_eq!(decimal(text).as_deref(), Some(plain), "{text}");
        }
        for text in ["", ".", "-", "1,2,3", "1.2.3", "12,34.5", "1e3", "x", "two", "1,234.567,8", "--1"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn a_price_may_carry_its_currency() {
        for text in ["£2.55", "2.55 GBP", "GBP 2.55", "2,55", " 2.550 "] {
            assert_eq!(price_in("GBP", text).unwrap().minor(), 255, "{text}");
        }
        for text in ["€2.55", "2.555", "1.234", "1e5", "", "£", "99999999999999999"] {
            assert!(price_in("GBP", text).is_err(), "{text}");
        }
        assert!(price_in("KWD", "1,500").is_err());
    }

    #[test]
    fn names_of_real_files_are_mended() {
        for (found, mended) in
            [("B\u{9c}uf", "Bœuf"), ("Caf\u{90}\tPur\n", "Caf Pur"), ("x\u{0}y\u{7f}", "xy"), ("Mint\u{85}", "Mint…"), ("茶", "茶")]
        {
            assert_eq!(name(found), mended);
        }
    }
}
