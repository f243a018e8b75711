//! One row of the file, read as far as it can be without the products that are there.

use super::header::{Columns, Field};
use duka_core::{Barcode, Money, Quantity, TaxRate, Unit};

/// A row that reads well. None of a field means that the file says nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub(super) struct ImportRow {
    /// Line of the file, from 1.
    #[n(0)]
    pub(super) row: u64,
    #[n(1)]
    pub(super) name: String,
    /// A plain decimal; how many decimals the currency has shows when it is applied.
    #[n(2)]
    pub(super) price: String,
    #[n(3)]
    pub(super) rate: Option<TaxRate>,
    #[n(4)]
    pub(super) barcodes: Vec<String>,
    #[n(5)]
    pub(super) code: Option<String>,
    #[n(6)]
    pub(super) unit: Option<Unit>,
    #[n(7)]
    pub(super) active: Option<bool>,
    /// A plain decimal.
    #[n(8)]
    pub(super) stock: Option<String>,
}

/// Something wrong in a row.
pub(super) type Fault = (Field, String);

/// Reads a row's cells; gives every fault of it.
pub(super) fn read(row: u64, columns: &Columns, cells: &csv::StringRecord) -> Result<ImportRow, Vec<Fault>> {
    let cell = |field| columns.place(field).and_then(|place| cells.get(place)).map(str::trim);
    let filled = |field| cell(field).filter(|text| !text.is_empty());
    let mut faults: Vec<Fault> = Vec::new();

    let name = clean(cell(Field::Name).unwrap_or_default());
    if !(1..=200).contains(&name.chars().count()) {
        faults.push((Field::Name, "a name has 1 to 200 characters".into()));
    }
    let price = filled(Field::Price).map_or_else(|| Err("the price is missing".to_owned()), plain_decimal).unwrap_or_else(|fault| {
        faults.push((Field::Price, fault));
        String::new()
    });
    let rate = filled(Field::Tax).and_then(|text| match TaxRate::parse(&text.replace(',', ".")) {
        Ok(rate) => Some(rate),
        Err(fault) => {
            faults.push((Field::Tax, fault.to_string()));
            None
        }
    });
    let mut barcodes: Vec<String> = Vec::new();
    for text in filled(Field::Barcode).unwrap_or_default().split([' ', ';', '|', ',']).filter(|text| !text.is_empty()) {
        match Barcode::parse(text) {
            Ok(code) if barcodes.iter().any(|other| other == code.as_str()) => {}
            Ok(code) => barcodes.push(code.into()),
            Err(fault) => faults.push((Field::Barcode, fault.to_string())),
        }
    }
    if barcodes.len() > 50 {
        faults.push((Field::Barcode, "a product has at most 50 barcodes".into()));
    }
    let code = filled(Field::Code).map(str::to_owned);
    if code.as_ref().is_some_and(|code| code.len() > Barcode::MAX_LENGTH || !code.bytes().all(|b| b.is_ascii_graphic())) {
        faults.push((Field::Code, "a code has at most 48 printable ASCII characters without spaces".into()));
    }
    let unit = filled(Field::Unit).and_then(|text| {
        let unit = Unit::parse(text);
        if unit.is_none() {
            faults.push((Field::Unit, format!("‘{text}’ is not a unit; write each, kg, l or m")));
        }
        unit
    });
    let active = filled(Field::Active).and_then(|text| {
        let active = yes_or_no(text);
        if active.is_none() {
            faults.push((Field::Active, format!("‘{text}’ is neither yes nor no")));
        }
        active
    });
    let stock = filled(Field::Stock).map(|text| text.replace(',', ""));
    if let Some(text) = &stock
        && let Err(fault) = Quantity::parse(text, Unit::Each)
    {
        faults.push((Field::Stock, fault.to_string()));
    }
    if faults.is_empty() { Ok(ImportRow { row, name, price, rate, barcodes, code, unit, active, stock }) } else { Err(faults) }
}

/// A name on one line. Real files have control characters in names, most often the rest of a Windows-1252 text that was stored as Latin-1 and
/// then as UTF-8: those get the letter they had, others go.
fn clean(name: &str) -> String {
    if !name.chars().any(char::is_control) {
        return name.to_owned();
    }
    let letter = |c: char| match c {
        c if c.is_whitespace() => Some(' '),
        '\u{80}'..='\u{9f}' => {
            let byte = u8::try_from(u32::from(c)).unwrap_or(b' ');
            let meant = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next();
            meant.filter(|c| !c.is_control())
        }
        c => (!c.is_control()).then_some(c),
    };
    name.chars().filter_map(letter).collect::<String>().trim().to_owned()
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "x" | "active" => Some(true),
        "no" | "n" | "false" | "0" | "inactive" => Some(false),
        _ => None,
    }
}

/// `1,234.50`, `2,50`, `£3` as `1234.50`, `2.50`, `3`: a comma with one or two digits behind it and no point is a decimal comma.
fn plain_decimal(text: &str) -> Result<String, String> {
    let number = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '£' | '$' | '€' | '¥' | '₹'));
    let number = match number.rsplit_once(',') {
        Some((whole, cents)) if !number.contains('.') && (1..=2).contains(&cents.len()) => format!("{}.{cents}", whole.replace(',', "")),
        _ => number.replace(',', ""),
    };
    let not_a_price = || format!("‘{text}’ is not a price; write it like 12.50");
    if number.starts_with('-') {
        return Err("a price cannot be below zero".into());
    }
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let points = number.bytes().filter(|b| *b == b'.').count();
    if digits == 0 || points > 1 || digits + points != number.len() {
        return Err(not_a_price());
    }
    if digits > 16 {
        return Err("the price is larger than Duka can hold".into());
    }
    Ok(number)
}

impl ImportRow {
    /// The price, once the currency is known.
    pub(super) fn money(&self, currency: duka_core::Currency) -> Result<Money, String> {
        Money::parse(&self.price, currency).map_err(|fault| fault.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::{clean, plain_decimal};

    #[test]
    fn names_of_real_files_are_mended() {
        for (found, mended) in [("B\u{9c}uf", "Bœuf"), ("Caf\u{90}\tPur\n", "Caf Pur"), ("x\u{0}y\u{7f}", "xy"), ("茶", "茶")] {
            assert_eq!(clean(found), mended);
        }
    }

    #[test]
    fn prices_are_read_as_people_write_them() {
        for (text, plain) in
            [("2.50", "2.50"), ("2,50", "2.50"), ("1,234.50", "1234.50"), ("1,234", "1234"), ("£3", "3"), ("1.234", "1.234")]
        {
            assert_eq!(plain_decimal(text).as_deref(), Ok(plain), "{text}");
        }
        for text in ["", "-1", "two", "1.2.3", "1e5", "99999999999999999"] {
            assert!(plain_decimal(text).is_err(), "{text}");
        }
    }
}
