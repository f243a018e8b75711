//! Barcodes as scanners send them, in one canonical form.

mod upc_e;

/// A code that finds a product: a GTIN with a valid check digit, or a shop's own code.
///
/// UPC-A (12 digits), UPC-E (8 digits that stand for a UPC-A) and GTIN-14 with a leading zero become the 13 digits that the same item has
/// elsewhere, so that it is found however the scanner is set. Eight digits may fit both as EAN-8 and as UPC-E (each UPC-E does whose last
/// digit before the check digit is 5 or more): they stay as they are, and [`Barcode::readings`] has the other form. UPC-E without its number
/// system or its check digit (6 or 7 digits) cannot be told from a PLU and stays an own code. Source of the check digit: GS1 General
/// Specifications, section 7.9.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Barcode(String);

/// Why a text is not a barcode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BarcodeError {
    /// A number of a GTIN's length whose last digit does not fit the others: most often a misread.
    #[error("the check digit of {0} is wrong; scan it again")]
    WrongCheckDigit(String),
    /// Empty, too long, or with characters that no barcode carries.
    #[error("'{0}' is not a barcode: 1 to 48 printable ASCII characters without spaces")]
    NotABarcode(String),
}

impl Barcode {
    /// The longest code.
    pub const MAX_LENGTH: usize = 48;

    /// Reads a code as scanned or typed.
    pub fn parse(text: &str) -> Result<Self, BarcodeError> {
        let code = text.trim();
        if code.is_empty() || code.len() > Self::MAX_LENGTH || !code.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(BarcodeError::NotABarcode(text.chars().take(Self::MAX_LENGTH).collect()));
        }
        if !matches!(code.len(), 8 | 12 | 13 | 14) || !code.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(Self(code.to_owned()));
        }
        if !has_valid_check_digit(code) {
            let expanded = upc_e::expand(code).filter(|code| has_valid_check_digit(code));
            return expanded.map(|upc_a| Self(format!("0{upc_a}"))).ok_or_else(|| BarcodeError::WrongCheckDigit(code.to_owned()));
        }
        Ok(Self(match code.len() {
            12 => format!("0{code}"),
            14 => code.strip_prefix('0').unwrap_or(code).to_owned(),
            _ => code.to_owned(),
        }))
    }

    /// The codes that the same item may be known by, this one first: eight digits fit both as EAN-8 and as UPC-E often, and the long form of
    /// a UPC-E may stand there in its short one. Whoever looks for an item by its code looks for each of these.
    pub fn readings(&self) -> Vec<Self> {
        let others = match self.0.len() {
            8 => upc_e::expand(&self.0).map(|upc_a| format!("0{upc_a}")).into_iter().collect(),
            13 => self.0.strip_prefix('0').map(upc_e::compress).unwrap_or_default(),
            _ => Vec::new(),
        };
        let others = others.into_iter().filter(|code| has_valid_check_digit(code)).map(Self);
        std::iter::once(self.clone()).chain(others).collect()
    }

    /// The [`Barcode::readings`] of a scanned or typed text; none when it is no barcode.
    pub fn readings_of(text: &str) -> Vec<Self> {
        Self::parse(text).map_or_else(|_| Vec::new(), |code| code.readings())
    }

    /// The canonical digits or characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a GTIN, that is, made of digits whose last one checks the others; else it is a shop's own code.
    pub fn is_gtin(&self) -> bool {
        matches!(self.0.len(), 8 | 13 | 14) && self.0.bytes().all(|b| b.is_ascii_digit())
    }
}

impl TryFrom<String> for Barcode {
    type Error = BarcodeError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Barcode> for String {
    fn from(code: Barcode) -> Self {
        code.0
    }
}

impl std::fmt::Display for Barcode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// From the right, digits weigh 1, 3, 1, 3 …; the weighted sum is a multiple of ten.
fn has_valid_check_digit(digits: &str) -> bool {
    let mut weighted = digits.bytes().rev().zip([1_u32, 3].into_iter().cycle());
    let sum = weighted.try_fold(0_u32, |sum, (digit, weight)| sum.checked_add(u32::from(digit & 0x0F).checked_mul(weight)?));
    sum.is_some_and(|sum| sum.is_multiple_of(10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_item_has_one_code_however_it_is_scanned() {
        for text in ["073416510708", "0073416510708", "00073416510708", " 0073416510708\n"] {
            assert_eq!(Barcode::parse(text).unwrap().as_str(), "0073416510708");
        }
        assert_eq!(Barcode::parse("96385074").unwrap().as_str(), "96385074");
        assert_eq!(Barcode::parse("85123A").unwrap().as_str(), "85123A");
    }

    fn code(text: &str) -> Barcode {
        Barcode::parse(text).unwrap()
    }

    #[test]
    fn a_upc_e_is_the_item_that_its_upc_a_is() {
        for (short, long) in [("04252614", "042100005264"), ("04963406", "049000006346"), ("01234543", "012340000053")] {
            let read = code(short);
            assert_eq!((&read, read.as_str().len()), (&code(long), 13), "{short}");
            assert_eq!((read.readings().first(), code(read.as_str())), (Some(&read), read.clone()), "{short}");
        }
        let (short, long) = (code("01234565"), code("012345000065"));
        assert_eq!((short.as_str(), long.as_str()), ("01234565", "0012345000065"));
        assert_eq!(Barcode::readings_of("01234565"), [short.clone(), long.clone()]);
        assert_eq!(Barcode::readings_of(" 012345000065"), [long, short]);
        assert_eq!(Barcode::readings_of("01234566"), []);
        for own in ["425261", "0425261", "4252614"] {
            assert_eq!(code(own).as_str(), own);
        }
    }

    #[test]
    fn a_misread_upc_e_is_refused() {
        for text in ["04252615", "24252615", "04252613", "04963407", "01234566"] {
            assert_eq!(Barcode::parse(text), Err(BarcodeError::WrongCheckDigit(text.to_owned())));
        }
    }

    #[test]
    fn eight_digits_that_fit_twice_are_found_in_both_forms() {
        let both: Vec<String> = (0..20_000_000_u32)
            .step_by(7_919)
            .map(|number| format!("{number:08}"))
            .filter(|code| has_valid_check_digit(code) && upc_e::expand(code).is_some_and(|upc_a| has_valid_check_digit(&upc_a)))
            .collect();
        assert!(both.len() > 10);
        for text in both {
            let readings = Barcode::readings_of(&text);
            let [short, long] = readings.as_slice() else { panic!("{text}: {readings:?}") };
            assert_eq!((short.as_str(), long.as_str().len(), &code(long.as_str())), (text.as_str(), 13, long));
            assert!(long.readings().contains(short), "{text} is found by its long form too");
        }
        for text in ["96385074", "TEA"] {
            assert_eq!(Barcode::readings_of(text), [code(text)]);
        }
    }

    #[test]
    fn a_misread_is_told_from_an_own_code() {
        assert!(matches!(Barcode::parse("0073416510709"), Err(BarcodeError::WrongCheckDigit(_))));
        for text in ["", " ", "a b", "ä", &"1".repeat(49)] {
            assert!(matches!(Barcode::parse(text), Err(BarcodeError::NotABarcode(_))), "{text}");
        }
    }
}
