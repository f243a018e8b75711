//! What a cell says.

use duka_core::{Barcode, Unit};
use std::collections::BTreeSet;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_real_files_are_mended() {
        for (found, mended) in
            [("B\u{9c}uf", "Bœuf"), ("Caf\u{90}\tPur\n", "Caf Pur"), ("x\u{0}y\u{7f}", "xy"), ("Mint\u{85}", "Mint…"), ("茶", "茶")]
        {
            assert_eq!(name(found), mended);
        }
    }
}
