//! Quantities are whole thousandths of their unit: 0.486 kg is 486.

use crate::number::{self, Decimal, NumberForm, Readings, Unfit};
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
    /// The mark that a form has between thousands, before exactly three digits: elsewhere it is a decimal mark.
    #[error("'{text}' could be {} or {}; write it in one of these ways", shown(*.readings)[0], shown(*.readings)[1])]
    Ambiguous {
        /// What was given.
        text: String,
        /// As [`NumberForm::Point`] has it and as [`NumberForm::Comma`] has it.
        readings: [Quantity; 2],
    },
}

/// The two readings as they are written in the form that was asked for: the one in which the mark stands between thousands.
fn shown(readings: [Quantity; 2]) -> [String; 2] {
    let [point, comma] = readings.map(|reading| reading.thousandths.unsigned_abs());
    let form = if point > comma { NumberForm::Point } else { NumberForm::Comma };
    readings.map(|reading| reading.written(form))
}

/// How much of something: thousandths of a unit, at most 10^15 of them either way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, minicbor::Encode)]
#[serde(try_from = "Unchecked")]
pub struct Quantity {
    #[n(0)]
    thousandths: i64,
    #[n(1)]
    unit: Unit,
}

/// A quantity as it comes from outside.
#[derive(serde::Deserialize, minicbor::Decode)]
struct Unchecked {
    #[n(0)]
    thousandths: i64,
    #[n(1)]
    unit: Unit,
}

impl TryFrom<Unchecked> for Quantity {
    type Error = QuantityError;
    fn try_from(quantity: Unchecked) -> Result<Self, Self::Error> {
        Self::try_new(quantity.thousandths, quantity.unit)
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Quantity {
    fn decode(d: &mut minicbor::Decoder<'b>, context: &mut C) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        let quantity = Unchecked::decode(d, context)?;
        Self::try_from(quantity).map_err(|_| minicbor::decode::Error::message("the quantity is too large").at(at))
    }
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
    #[allow(clippy::arithmetic_side_effects, reason = "every quantity is within ±MAX_THOUSANDTHS, however it was made")]
    pub const fn negated(self) -> Self {
        Self { thousandths: -self.thousandths, unit: self.unit }
    }

    /// `self + other`, of the same unit.
    pub fn checked_add(self, other: Self) -> Result<Self, QuantityError> {
        if self.unit != other.unit {
            return Err(QuantityError::MixedUnits);
        }
        Self::try_new(self.thousandths.checked_add(other.thousandths).ok_or(QuantityError::TooLarge)?, self.unit)
    }

    /// `self - other`, of the same unit.
    pub fn checked_sub(self, other: Self) -> Result<Self, QuantityError> {
        self.checked_add(other.negated())
    }

    /// Reads what a person wrote: `3`, `0.486`, `0,486`, `1.234,5`, `٠٫٤٨٦`.
    ///
    /// What can be read in one way only is that, whatever the form. A lone mark before exactly three digits is a decimal mark where it is
    /// the form's own, and [`QuantityError::Ambiguous`] where it is not.
    pub fn parse(text: &str, unit: Unit, form: NumberForm) -> Result<Self, QuantityError> {
        match Readings::of(text) {
            Readings::None => Err(QuantityError::NotAQuantity(text.to_owned())),
            Readings::One(number) => Self::of(number, text, unit),
            Readings::Two(two) if form == two.mark_of => Self::of(two.decimal, text, unit),
            Readings::Two(two) => {
                let reading = |form| Self::of(two.in_form(form), text, unit);
                let readings = [reading(NumberForm::Point)?, reading(NumberForm::Comma)?];
                Err(QuantityError::Ambiguous { text: text.to_owned(), readings })
            }
        }
    }

    /// Reads a quantity as `form` has it and in no other way: for a file of which it is known how numbers are written in it.
    pub fn parse_strictly(text: &str, unit: Unit, form: NumberForm) -> Result<Self, QuantityError> {
        Self::of(number::read(text, form).ok_or_else(|| QuantityError::NotAQuantity(text.to_owned()))?, text, unit)
    }

    /// Reads what a machine wrote, such as [`Quantity::decimal`]: a minus or none, digits, at most one point.
    pub fn parse_plain(text: &str, unit: Unit) -> Result<Self, QuantityError> {
        Self::of(number::plain(text).ok_or_else(|| QuantityError::NotAQuantity(text.to_owned()))?, text, unit)
    }

    fn of(number: Decimal, text: &str, unit: Unit) -> Result<Self, QuantityError> {
        let thousandths = number.scaled(3).map_err(|fault| match fault {
            Unfit::TooManyDecimals => QuantityError::NotAQuantity(text.to_owned()),
            Unfit::TooLarge => QuantityError::TooLarge,
        })?;
        Self::try_new(thousandths, unit)
    }

    /// The plain decimal without its unit: `3`, `0.486`. What files of our own and JSON hold.
    pub fn decimal(self) -> String {
        self.written(NumberForm::Point)
    }

    /// As people write it who have `form`, without its unit: `0,486`. Thousands stand unparted, because `1,234` could be taken for a
    /// little more than one; so it reads back as the same quantity in that form.
    pub fn written(self, form: NumberForm) -> String {
        let all = self.thousandths.unsigned_abs();
        let sign = if self.thousandths < 0 { "-" } else { "" };
        let whole = all.checked_div(1_000).unwrap_or(0);
        match all.checked_rem(1_000).unwrap_or(0) {
            0 => format!("{sign}{whole}"),
            rest => format!("{sign}{whole}{}{}", form.decimal_mark(), format!("{rest:03}").trim_end_matches('0')),
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
mod tests;
