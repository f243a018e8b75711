//! Quantities are whole thousandths of their unit: 0.486 kg is 486.

use std::fmt;

/// The unit a product is counted, weighed or measured in.
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
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum Unit {
    /// Single pieces.
    #[default]
    #[n(0)]
    Each,
    /// Kilograms.
    #[n(1)]
    Kilogram,
    /// Litres.
    #[n(2)]
    Litre,
    /// Metres.
    #[n(3)]
    Metre,
}

impl Unit {
    /// Every unit there is.
    pub const ALL: [Self; 4] = [Self::Each, Self::Kilogram, Self::Litre, Self::Metre];

    /// The word used in files and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Each => "each",
            Self::Kilogram => "kilogram",
            Self::Litre => "litre",
            Self::Metre => "metre",
        }
    }

    /// Its number in facts and columns, for ever.
    pub const fn number(self) -> u8 {
        match self {
            Self::Each => 0,
            Self::Kilogram => 1,
            Self::Litre => 2,
            Self::Metre => 3,
        }
    }

    /// The unit with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.number() == number)
    }

    /// The symbol printed behind a number; empty for pieces.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Each => "",
            Self::Kilogram => "kg",
            Self::Litre => "l",
            Self::Metre => "m",
        }
    }

    /// Reads a name or symbol of a unit, as found in files.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        match text.as_str() {
            "" | "ea" | "pc" | "pcs" | "piece" => Some(Self::Each),
            other => Self::ALL.into_iter().find(|unit| unit.name() == other || (unit.symbol() == other)),
        }
    }
}

/// What can go wrong with a quantity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// Past ±[`Quantity::MAX_THOUSANDTHS`].
    #[error("the quantity is larger than Duka can hold (10^12)")]
    TooLarge,
    /// Not a decimal number with at most three decimals.
    #[error("'{0}' is not a quantity; write it like 3 or 0.486")]
    NotAQuantity(String),
    /// Two units met in one sum.
    #[error("quantities of different units cannot be added")]
    MixedUnits,
}

/// How much of something: thousandths of a unit, at most 10^15 of them either way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, minicbor::Encode, minicbor::Decode)]
pub struct Quantity {
    #[n(0)]
    thousandths: i64,
    #[n(1)]
    unit: Unit,
}

impl Quantity {
    /// The largest quantity, in thousandths.
    pub const MAX_THOUSANDTHS: i64 = 1_000_000_000_000_000;

    /// One piece.
    pub const ONE: Self = Self { thousandths: 1_000, unit: Unit::Each };

    /// From thousandths of `unit`.
    pub fn try_new(thousandths: i64, unit: Unit) -> Result<Self, QuantityError> {
        if thousandths.unsigned_abs() > Self::MAX_THOUSANDTHS.unsigned_abs() {
            return Err(QuantityError::TooLarge);
        }
        Ok(Self { thousandths, unit })
    }

    /// From whole units.
    pub fn whole(count: i64, unit: Unit) -> Result<Self, QuantityError> {
        Self::try_new(count.checked_mul(1_000).ok_or(QuantityError::TooLarge)?, unit)
    }

    /// Thousandths of the unit.
    pub const fn thousandths(self) -> i64 {
        self.thousandths
    }

    /// The unit.
    pub const fn unit(self) -> Unit {
        self.unit
    }

    /// True for nothing at all.
    pub const fn is_zero(self) -> bool {
        self.thousandths == 0
    }

    /// True for a quantity above zero.
    pub const fn is_positive(self) -> bool {
        self.thousandths > 0
    }

    /// The same quantity the other way.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self { thousandths: self.thousandths.saturating_neg(), unit: self.unit }
    }

    /// `self + other`, of the same unit.
    pub fn checked_add(self, other: Self) -> Result<Self, QuantityError> {
        if self.unit != other.unit {
            return Err(QuantityError::MixedUnits);
        }
        Self::try_new(self.thousandths.saturating_add(other.thousandths), self.unit)
    }

    /// `self - other`, of the same unit.
    pub fn checked_sub(self, other: Self) -> Result<Self, QuantityError> {
        self.checked_add(other.negated())
    }

    /// Reads a decimal with at most three decimals.
    pub fn parse(text: &str, unit: Unit) -> Result<Self, QuantityError> {
        let wrong = || QuantityError::NotAQuantity(text.to_owned());
        let trimmed = text.trim();
        let (negative, digits) = match trimmed.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, trimmed),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if digits.is_empty() || digits == "." || fraction.len() > 3 || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        let all = format!("{whole}{fraction:0<3}");
        let thousandths: i64 = all.parse().map_err(|_| QuantityError::TooLarge)?;
        Self::try_new(if negative { thousandths.saturating_neg() } else { thousandths }, unit)
    }

    /// The plain decimal without its unit: `3`, `0.486`.
    pub fn decimal(self) -> String {
        let all = self.thousandths.unsigned_abs();
        let sign = if self.thousandths < 0 { "-" } else { "" };
        let whole = all.checked_div(1_000).unwrap_or(0);
        match all.checked_rem(1_000).unwrap_or(0) {
            0 => format!("{sign}{whole}"),
            rest => format!("{sign}{whole}.{}", format!("{rest:03}").trim_end_matches('0')),
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.decimal())?;
        match self.unit.symbol() {
            "" => Ok(()),
            symbol => write!(f, " {symbol}"),
        }
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantities_are_read_exactly_or_refused() {
        assert_eq!(Quantity::parse("0.486", Unit::Kilogram).unwrap().to_string(), "0.486 kg");
        assert_eq!(Quantity::parse("3", Unit::Each).unwrap().to_string(), "3");
        assert_eq!(Quantity::parse("-2.50", Unit::Each).unwrap().decimal(), "-2.5");
        for text in ["", ".", "1.2345", "two", "1e6", "+1"] {
            assert!(Quantity::parse(text, Unit::Each).is_err(), "{text}");
        }
        assert_eq!(Quantity::parse("1000000000001", Unit::Each), Err(QuantityError::TooLarge));
    }

    #[test]
    fn units_do_not_mix() {
        let kilo = Quantity::whole(1, Unit::Kilogram).unwrap();
        assert_eq!(Quantity::ONE.checked_add(kilo), Err(QuantityError::MixedUnits));
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back_the_same(thousandths in -Quantity::MAX_THOUSANDTHS..=Quantity::MAX_THOUSANDTHS) {
            let quantity = Quantity::try_new(thousandths, Unit::Litre).unwrap();
            prop_assert_eq!(Quantity::parse(&quantity.decimal(), Unit::Litre).unwrap(), quantity);
        }
    }
}
