//! Tax rates as whole parts per million.

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

    /// Reads a percentage such as `20`, `5.5 %`.
    pub fn parse(text: &str) -> Result<Self, TaxRateError> {
        let wrong = || TaxRateError::NotARate(text.to_owned());
        let trimmed = text.trim().trim_end_matches('%').trim_end();
        let (whole, fraction) = trimmed.split_once('.').unwrap_or((trimmed, ""));
        if trimmed.is_empty() || trimmed == "." || fraction.len() > 4 || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit())
        {
            return Err(wrong());
        }
        let ppm: u32 = format!("{whole}{fraction:0<4}").parse().map_err(|_| TaxRateError::TooHigh)?;
        Self::try_from_ppm(ppm)
    }
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
        for (text, ppm, shown) in [("20", 200_000, "20%"), ("5.5 %", 55_000, "5.5%"), ("0", 0, "0%"), ("8.8750", 88_750, "8.875%")] {
            let rate = TaxRate::parse(text).unwrap();
            assert_eq!((rate.ppm(), rate.to_string().as_str()), (ppm, shown));
        }
        for text in ["", "%", "-5", "1001", "twenty", "1.00001"] {
            assert!(TaxRate::parse(text).is_err(), "{text}");
        }
    }
}
