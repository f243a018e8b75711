//! Money is a whole number of minor units; nothing is ever added without a check.

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
        let code = d.str()?;
        Self::try_new(code).map_err(|_| match code.as_bytes() {
            // Perhaps one that a newer version knows (I10).
            [b'A'..=b'Z', b'A'..=b'Z', b'A'..=b'Z'] => minicbor::decode::Error::unknown_variant(0).with_message("unknown currency").at(at),
            _ => minicbor::decode::Error::message("not a currency code").at(at),
        })
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
}

/// An amount of one currency in minor units (pence, cents), at most 10^15 either way, so that it also survives JSON.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, minicbor::Encode, minicbor::Decode)]
pub struct Money {
    #[n(0)]
    minor: i64,
    #[n(1)]
    currency: Currency,
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
    pub const fn negated(self) -> Self {
        // The range is symmetric, so this cannot overflow.
        Self { minor: self.minor.saturating_neg(), currency: self.currency }
    }

    /// Sums amounts of one currency.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::checked_add)
    }

    /// Reads a decimal such as `12.5`, `-3` or `1,234.50`; refuses more decimals than the currency has.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let not_an_amount = || MoneyError::NotAnAmount(text.to_owned());
        let trimmed = text.trim();
        let (negative, digits) = match trimmed.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, trimmed),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let whole: String = whole.chars().filter(|c| *c != ',').collect();
        if whole.is_empty() && fraction.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return Err(not_an_amount());
        }
        let scale = usize::try_from(currency.digits()).unwrap_or(0);
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > scale {
            return Err(MoneyError::TooManyDecimals { text: text.to_owned(), digits: currency.digits() });
        }
        let all = format!("{whole}{fraction:0<scale$}");
        let minor: i64 = all.parse().map_err(|_| if all.len() > 15 { MoneyError::TooLarge } else { not_an_amount() })?;
        Self::try_new(if negative { minor.saturating_neg() } else { minor }, currency)
    }

    /// The plain decimal, without a symbol: `12.50`.
    pub fn decimal(self) -> String {
        let digits = self.currency.digits();
        let scale = 10_u64.saturating_pow(digits);
        let all = self.minor.unsigned_abs();
        let sign = if self.minor < 0 { "-" } else { "" };
        let whole = all.checked_div(scale).unwrap_or(all);
        if digits == 0 {
            return format!("{sign}{whole}");
        }
        let fraction = all.checked_rem(scale).unwrap_or(0);
        let width = usize::try_from(digits).unwrap_or(0);
        format!("{sign}{whole}.{fraction:0width$}")
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn gbp() -> Currency {
        Currency::try_new("GBP").unwrap()
    }

    #[test]
    fn amounts_are_read_exactly_or_refused() {
        for (text, minor) in [("12.5", 1250), ("0.01", 1), ("-3", -300), ("1,234.50", 123_450), (".5", 50), ("2.500", 250), ("7.", 700)] {
            assert_eq!(Money::parse(text, gbp()).unwrap().minor(), minor, "{text}");
        }
        for text in ["", ".", "1.234", "12p", "1e3", "--1", "١٢", "0.001", "99999999999999999999"] {
            assert!(Money::parse(text, gbp()).is_err(), "{text}");
        }
    }

    #[test]
    fn currencies_do_not_mix_and_overflow_is_an_error() {
        let eur = Currency::try_new("EUR").unwrap();
        assert!(Money::zero(gbp()).checked_add(Money::zero(eur)).is_err());
        let most = Money::try_new(Money::MAX_MINOR, gbp()).unwrap();
        assert_eq!(most.checked_add(Money::try_new(1, gbp()).unwrap()), Err(MoneyError::TooLarge));
        assert!(Money::try_new(i64::MIN, gbp()).is_err());
    }

    #[test]
    fn each_currency_has_its_own_decimals() {
        let show = |minor, code| Money::try_new(minor, Currency::try_new(code).unwrap()).unwrap().decimal();
        assert_eq!(show(-5, "GBP"), "-0.05");
        assert_eq!(show(1500, "JPY"), "1500");
        assert_eq!(show(1500, "KWD"), "1.500");
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back_the_same(minor in -Money::MAX_MINOR..=Money::MAX_MINOR, code in prop::sample::select(vec!["GBP", "JPY", "KWD"])) {
            let amount = Money::try_new(minor, Currency::try_new(code).unwrap()).unwrap();
            prop_assert_eq!(Money::parse(&amount.decimal(), amount.currency()).unwrap(), amount);
        }
    }
}
