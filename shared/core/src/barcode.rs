//! Barcodes as scanners send them, in one canonical form.

/// A code that finds a product: a GTIN with a valid check digit, or a shop's own code.
///
/// UPC-A (12 digits) and GTIN-14 with a leading zero become the 13 digits that the same item has elsewhere, so that it is found
/// however the scanner is set. Source of the check digit: GS1 General Specifications, section 7.9.
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
            return Err(BarcodeError::WrongCheckDigit(code.to_owned()));
        }
        Ok(Self(match code.len() {
            12 => format!("0{code}"),
            14 => code.strip_prefix('0').unwrap_or(code).to_owned(),
            _ => code.to_owned(),
        }))
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
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([1_u32, 3].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit.saturating_sub(b'0')).saturating_mul(weight))
        .fold(0, u32::saturating_add);
    sum.is_multiple_of(10)
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

    #[test]
    fn a_misread_is_told_from_an_own_code() {
        assert!(matches!(Barcode::parse("0073416510709"), Err(BarcodeError::WrongCheckDigit(_))));
        for text in ["", " ", "a b", "ä", &"1".repeat(49)] {
            assert!(matches!(Barcode::parse(text), Err(BarcodeError::NotABarcode(_))), "{text}");
        }
    }
}
