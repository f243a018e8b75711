//! What a cell says.

use duka_core::{Barcode, Currency, Money, Quantity, TaxRate, Unit};
use std::collections::BTreeSet;

/// A price, with or without the currency's symbol or code, with a decimal point or a decimal comma.
pub(super) fn price(text: &str, currency: Currency) -> Result<Money, String> {
    let symbol = currency.symbol();
    let bare = [currency.code(), symbol.as_str()].iter().fold(text.trim(), |rest, mark| {
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
    TaxRate::parse(&decimal(bare).unwrap_or_else(|| bare.to_owned())).map_err(|fault| fault.to_string())
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
        "yes" | "y" | "true" | "t" | "1" | "active" | "on" => Ok(true),
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
fn decimal(text: &str) -> Option<String> {
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
    Some(format!("{sign}{first}{}{point}{fraction}", grouped.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them_in_any_country() {
        for (text, plain) in [
            ("2.55", "2.55"),
            ("2,5", "2.5"),
            ("1,234", "1234"),
            ("1.234,50", "1234.50"),
            ("1,234,567.8", "1234567.8"),
            ("-3", "-3"),
            (".5", ".5"),
        ] {
            assert_eq!(decimal(text).as_deref(), Some(plain), "{text}");
        }
        for text in ["", ".", "1,2,3", "1.2.3", "12,34.5", "1e3", "x", "1,234.567,8", "--1"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn a_price_may_carry_its_currency() {
        let gbp = Currency::try_new("GBP").unwrap();
        for text in ["£2.55", "2.55 GBP", "GBP 2.55", "2,55", " 2.550 "] {
            assert_eq!(price(text, gbp).unwrap().minor(), 255, "{text}");
        }
        assert!(price("€2.55", gbp).is_err() && price("2.555", gbp).is_err());
        assert!(price("1,500", Currency::try_new("KWD").unwrap()).is_err());
    }
}
