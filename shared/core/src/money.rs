//! Money is a whole number of minor units; nothing is ever added without a check.

use crate::number::{self, Decimal, NumberForm, Readings, Unfit};
use std::fmt;

/// An ISO 4217 currency.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Takes an ISO 4217 alphabetic code such as `GBP`.
    pub fn try_new(code: &str) -> Result<Self, MoneyError> {
        let known = iso_currency::Currency::from_code(code).ok_or_else(|| MoneyError::UnknownCurrency(code.to_owned()))?;
        let bytes = known.code().as_bytes();
        <[u8; 3]>::try_from(bytes).map(Self).map_err(|_| MoneyError::UnknownCurrency(code.to_owned()))
    }

    /// The alphabetic code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    fn iso(self) -> iso_currency::Currency {
        iso_currency::Currency::from_code(self.code()).unwrap_or(iso_currency::Currency::XXX)
    }

    /// How many decimal digits a minor unit has: 2 for GBP, 0 for JPY, 3 for KWD.
    pub fn digits(self) -> u32 {
        self.iso().exponent().map_or(0, u32::from)
    }

    /// The symbol people write: `£`, `KSh`.
    pub fn symbol(self) -> String {
        self.iso().symbol().to_string()
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl serde::Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.code())
    }
}

impl<'de> serde::Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(d)?;
        Self::try_new(&code).map_err(serde::de::Error::custom)
    }
}

impl<C> minicbor::Encode<C> for Currency {
    fn encode<W: minicbor::encode::Write>(&self, e: &mut minicbor::Encoder<W>, _: &mut C) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(self.code())?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Currency {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        Self::try_new(d.str()?).map_err(|_| minicbor::decode::Error::message("unknown currency").at(at))
    }
}

/// What can go wrong with money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The amount is past ±[`Money::MAX_MINOR`].
    #[error("the amount is larger than Duka can hold (10^15 minor units)")]
    TooLarge,
    /// Two currencies met in one sum.
    #[error("{0} and {1} cannot be added")]
    MixedCurrencies(Currency, Currency),
    /// Not a currency of ISO 4217.
    #[error("'{0}' is not a currency code of ISO 4217")]
    UnknownCurrency(String),
    /// Not a decimal number.
    #[error("'{0}' is not an amount; write it like 12.50")]
    NotAnAmount(String),
    /// More decimals than the currency has.
    #[error("'{text}' has more than {digits} decimals")]
    TooManyDecimals {
        /// What was given.
        text: String,
        /// How many the currency has.
        digits: u32,
    },
    /// A mark that is a decimal mark in one form and stands between thousands in the other, and nothing tells which is meant.
    #[error("'{text}' could be {} or {}; {}", .readings[0].written(NumberForm::Point), .readings[1].written(NumberForm::Point), unambiguous(.readings[0].currency))]
    Ambiguous {
        /// What was given.
        text: String,
        /// As [`NumberForm::Point`] has it and as [`NumberForm::Comma`] has it, rounded to what the currency has.
        readings: [Money; 2],
    },
}

/// How to write an amount of `currency` so that it can be read in one way only.
fn unambiguous(currency: Currency) -> String {
    match currency.digits() {
        0 => "write it without a mark".to_owned(),
        1 => "write it with one decimal".to_owned(),
        2 => "write it with two decimals".to_owned(),
        digits => format!("write it with {digits} decimals"),
    }
}

/// An amount of one currency in minor units (pence, cents), at most 10^15 either way, so that it also survives JSON.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, minicbor::Encode)]
#[serde(try_from = "Unchecked")]
pub struct Money {
    #[n(0)]
    minor: i64,
    #[n(1)]
    currency: Currency,
}

/// An amount as it comes from outside.
#[derive(serde::Deserialize, minicbor::Decode)]
struct Unchecked {
    #[n(0)]
    minor: i64,
    #[n(1)]
    currency: Currency,
}

impl TryFrom<Unchecked> for Money {
    type Error = MoneyError;
    fn try_from(amount: Unchecked) -> Result<Self, Self::Error> {
        Self::try_new(amount.minor, amount.currency)
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Money {
    fn decode(d: &mut minicbor::Decoder<'b>, context: &mut C) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        let amount = Unchecked::decode(d, context)?;
        Self::try_from(amount).map_err(|_| minicbor::decode::Error::message("the amount is too large").at(at))
    }
}

impl Money {
    /// The largest amount, in minor units.
    pub const MAX_MINOR: i64 = 1_000_000_000_000_000;

    /// An amount in minor units.
    pub fn try_new(minor: i64, currency: Currency) -> Result<Self, MoneyError> {
        if minor.unsigned_abs() > Self::MAX_MINOR.unsigned_abs() {
            return Err(MoneyError::TooLarge);
        }
        Ok(Self { minor, currency })
    }

    /// Nothing, in `currency`.
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// True for an amount below zero.
    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// True for zero.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// `self + other`.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::MixedCurrencies(self.currency, other.currency));
        }
        Self::try_new(self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?, self.currency)
    }

    /// `self - other`.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.checked_add(other.negated())
    }

    /// The same amount the other way.
    #[must_use]
    #[allow(clippy::arithmetic_side_effects, reason = "every amount is within ±MAX_MINOR, however it was made")]
    pub const fn negated(self) -> Self {
        Self { minor: -self.minor, currency: self.currency }
    }

    /// Sums amounts of one currency.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::checked_add)
    }

    /// Reads what a person wrote: `12.5`, `-3`, `1,234.50`, `1.234,50`, `1 234,50`, `١٢٫٥٠`.
    ///
    /// What can be read in one way only is that, whatever the form. A lone mark before exactly three digits (`2.500`, `1,234`) is
    /// [`MoneyError::Ambiguous`], with two exceptions in which `form` decides: in a currency of three decimals, and as the form's mark
    /// between thousands in a currency without decimals.
    pub fn parse(text: &str, currency: Currency, form: NumberForm) -> Result<Self, MoneyError> {
        let two = match Readings::of(text) {
            Readings::None => return Err(MoneyError::NotAnAmount(text.to_owned())),
            Readings::One(number) => return Self::of(number, text, currency),
            Readings::Two(two) => two,
        };
        let is_group_mark = form != two.mark_of;
        match currency.digits() {
            3 => Self::of(two.in_form(form), text, currency),
            0 if is_group_mark || two.decimal.scaled(0).is_err() => Self::of(two.grouped, text, currency),
            digits => {
                let reading = |form| Self::of(two.in_form(form).rounded(digits), text, currency);
                let readings = [reading(NumberForm::Point)?, reading(NumberForm::Comma)?];
                Err(MoneyError::Ambiguous { text: text.to_owned(), readings })
            }
        }
    }

    /// Reads an amount as `form` has it and in no other way: for a file of which it is known how amounts are written in it.
    pub fn parse_strictly(text: &str, currency: Currency, form: NumberForm) -> Result<Self, MoneyError> {
        let number = number::read(text, form).ok_or_else(|| MoneyError::NotAnAmount(text.to_owned()))?;
        Self::of(number, text, currency)
    }

    /// Reads what a machine wrote, such as [`Money::decimal`]: a minus or none, digits, at most one point.
    pub fn parse_plain(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let number = number::plain(text).ok_or_else(|| MoneyError::NotAnAmount(text.to_owned()))?;
        Self::of(number, text, currency)
    }

    fn of(number: Decimal, text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let digits = currency.digits();
        let minor = number.scaled(digits).map_err(|fault| match fault {
            Unfit::TooManyDecimals => MoneyError::TooManyDecimals { text: text.to_owned(), digits },
            Unfit::TooLarge => MoneyError::TooLarge,
        })?;
        Self::try_new(minor, currency)
    }

    /// The plain decimal, without a symbol: `12.50`. What files of our own and JSON hold.
    pub fn decimal(self) -> String {
        let (sign, whole, fraction) = self.parts();
        if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }

    /// As people write it who have `form`, without a symbol: `1.234,50`. Reads back as the same amount in that form.
    pub fn written(self, form: NumberForm) -> String {
        let (sign, whole, fraction) = self.parts();
        let (whole, mark) = (form.grouped(&whole), form.decimal_mark());
        if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}{mark}{fraction}") }
    }

    /// The sign, the digits before the decimal mark and those behind it.
    fn parts(self) -> (&'static str, String, String) {
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = usize::try_from(self.currency.digits()).unwrap_or(0);
        let mut whole = format!("{:0>digits$}", self.minor.unsigned_abs());
        let fraction = whole.split_off(whole.len().saturating_sub(digits));
        if whole.is_empty() {
            whole.push('0');
        }
        (sign, whole, fraction)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, plain) = if self.minor < 0 { ("-", self.negated()) } else { ("", *self) };
        write!(f, "{sign}{}{}", self.currency.symbol(), plain.decimal())
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

#[cfg(test)]
mod tests;
