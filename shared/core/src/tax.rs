//! Tax rates as whole parts per million.

use crate::number::{self, Decimal, NumberForm, Readings, Unfit};
use std::fmt;

/// A tax rate in parts per million: 20 % is 200,000.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    minicbor::Encode,
    minicbor::Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct TaxRate(#[n(0)] u32);

/// What can go wrong with a tax rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaxRateError {
    /// Not a percentage with at most four decimals.
    #[error("'{0}' is not a tax rate; write it in percent, like 20 or 5.5")]
    NotARate(String),
    /// Past [`TaxRate::MAX`].
    #[error("a tax rate is at most 1000 %")]
    TooHigh,
}

impl TaxRate {
    /// No tax.
    pub const ZERO: Self = Self(0);
    /// The highest rate: 1000 %.
    pub const MAX: Self = Self(10_000_000);

    /// From parts per million.
    pub fn try_from_ppm(ppm: u32) -> Result<Self, TaxRateError> {
        if ppm > Self::MAX.0 { Err(TaxRateError::TooHigh) } else { Ok(Self(ppm)) }
    }

    /// Parts per million.
    pub const fn ppm(self) -> u32 {
        self.0
    }

    /// Reads a percentage that a person wrote: `20`, `5.5 %`, `5,5 %`, `%18`.
    ///
    /// Thousands of percent are no rate, so that a mark is a decimal mark, whatever the form; only of `1.000` and `1,000` does `form` say
    /// whether it is 1 %, and otherwise they are refused.
    pub fn parse(text: &str, form: NumberForm) -> Result<Self, TaxRateError> {
        match Readings::of(bare(text)) {
            Readings::None => Err(TaxRateError::NotARate(text.to_owned())),
            Readings::One(number) => Self::of(number, text),
            Readings::Two(two) if form == two.mark_of || Self::of(two.grouped, text).is_err() => Self::of(two.decimal, text),
            Readings::Two(_) => Err(TaxRateError::NotARate(text.to_owned())),
        }
    }

    /// Reads a percentage as `form` has it and in no other way: for a file of which it is known how numbers are written in it.
    pub fn parse_strictly(text: &str, form: NumberForm) -> Result<Self, TaxRateError> {
        Self::of(number::read(bare(text), form).ok_or_else(|| TaxRateError::NotARate(text.to_owned()))?, text)
    }

    fn of(percent: Decimal, text: &str) -> Result<Self, TaxRateError> {
        let ppm = percent.scaled(4).map_err(|fault| match fault {
            Unfit::TooManyDecimals => TaxRateError::NotARate(text.to_owned()),
            Unfit::TooLarge => TaxRateError::TooHigh,
        })?;
        if percent.negative {
            return Err(TaxRateError::NotARate(text.to_owned()));
        }
        Self::try_from_ppm(u32::try_from(ppm).map_err(|_| TaxRateError::TooHigh)?)
    }
}

/// The number without its percent sign, which stands before or behind it.
fn bare(text: &str) -> &str {
    const SIGNS: [char; 3] = ['%', '\u{66A}', '\u{FF05}'];
    let text = text.trim_matches(number::is_around);
    text.strip_suffix(SIGNS).or_else(|| text.strip_prefix(SIGNS)).unwrap_or(text)
}

impl fmt::Display for TaxRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.0.checked_div(10_000).unwrap_or(0);
        match self.0.checked_rem(10_000).unwrap_or(0) {
            0 => write!(f, "{whole}%"),
            rest => write!(f, "{whole}.{}%", format!("{rest:04}").trim_end_matches('0')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_exactly_or_refused() {
        for (text, ppm, shown) in [
            ("20", 200_000, "20%"),
            ("5.5 %", 55_000, "5.5%"),
            ("5,5 %", 55_000, "5.5%"),
            ("5,5\u{202F}%", 55_000, "5.5%"),
            ("%18", 180_000, "18%"),
            ("١٥٪", 150_000, "15%"),
            ("0", 0, "0%"),
            ("8.8750", 88_750, "8.875%"),
            ("8,875", 88_750, "8.875%"),
            ("20,000", 200_000, "20%"),
            ("1000", 10_000_000, "1000%"),
        ] {
            for form in [NumberForm::Point, NumberForm::Comma] {
                let rate = TaxRate::parse(text, form).unwrap();
                assert_eq!((rate.ppm(), rate.to_string().as_str()), (ppm, shown), "{text} in {form:?}");
            }
        }
        for text in ["", "%", "%%", "-5", "-0", "1001", "twenty", "1.00001", "1,2,3", "99999999999999999999"] {
            for form in [NumberForm::Point, NumberForm::Comma] {
                assert!(TaxRate::parse(text, form).is_err(), "{text} in {form:?}");
            }
        }
    }

    #[test]
    fn a_thousand_percent_and_one_percent_are_not_taken_for_each_other() {
        let ppm = |text, form| TaxRate::parse(text, form).map(TaxRate::ppm).ok();
        assert_eq!((ppm("1.000", NumberForm::Point), ppm("1,000", NumberForm::Point)), (Some(10_000), None));
        assert_eq!((ppm("1.000", NumberForm::Comma), ppm("1,000", NumberForm::Comma)), (None, Some(10_000)));
    }

    #[test]
    fn a_file_in_one_form_is_not_read_in_the_other() {
        assert!(TaxRate::parse_strictly("5,5", NumberForm::Point).is_err() && TaxRate::parse_strictly("5.5", NumberForm::Comma).is_err());
        assert_eq!(TaxRate::parse_strictly("5,5 %", NumberForm::Comma).unwrap().ppm(), 55_000);
    }
}
