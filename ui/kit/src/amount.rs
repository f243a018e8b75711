//! What a typed number stands for here, and how numbers are written here: the one place of the screens that knows the shop's number form.
//!
//! `duka_core` reads; this keeps the form that the till was told, so that no screen has to hand it around.

use duka_core::{Currency, Money, MoneyError, NumberForm, Quantity, QuantityError, TaxRate, TaxRateError, Unit};
use std::cell::Cell;

thread_local! {
    static FORM: Cell<NumberForm> = const { Cell::new(NumberForm::Point) };
}

/// Numbers are read and written so from now on.
pub fn set_number_form(form: NumberForm) {
    FORM.set(form);
}

/// How numbers are read and written here.
pub fn number_form() -> NumberForm {
    FORM.get()
}

/// Why a text is not the number that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Nothing was entered.
    Nothing,
    /// It can be read in two ways, written out here so that each reads back as itself: a person says which was meant.
    TwoWays([String; 2]),
    /// Not a number.
    NotANumber(String),
    /// More decimals than there are.
    TooManyDecimals {
        /// What was entered.
        text: String,
        /// How many there are.
        digits: u32,
    },
    /// Larger than anything that Duka holds.
    TooLarge,
    /// A number that is not taken here, and why.
    Refused(String),
}

/// What `text` stands for as an amount.
pub fn read_money(text: &str, currency: Currency) -> Result<Money, Unread> {
    if text.trim().is_empty() {
        return Err(Unread::Nothing);
    }
    Money::parse(text, currency, number_form()).map_err(|fault| match fault {
        MoneyError::Ambiguous { readings, .. } => Unread::TwoWays(readings.map(|amount| amount.written(number_form()))),
        MoneyError::TooManyDecimals { text, digits } => Unread::TooManyDecimals { text, digits },
        MoneyError::TooLarge => Unread::TooLarge,
        MoneyError::NotAnAmount(_) | MoneyError::MixedCurrencies(..) | MoneyError::UnknownCurrency(_) => {
            Unread::NotANumber(text.to_owned())
        }
    })
}

/// What `text` stands for as a quantity.
pub fn read_quantity(text: &str, unit: Unit) -> Result<Quantity, Unread> {
    if text.trim().is_empty() {
        return Err(Unread::Nothing);
    }
    Quantity::parse(text, unit, number_form()).map_err(|fault| match fault {
        // Without thousands apart: three decimals and three digits of thousands look alike.
        QuantityError::Ambiguous { readings, .. } => Unread::TwoWays(readings.map(written_quantity)),
        QuantityError::TooLarge => Unread::TooLarge,
        QuantityError::NotAQuantity(_) | QuantityError::MixedUnits => Unread::NotANumber(text.to_owned()),
    })
}

/// What `text` stands for as a percentage.
pub fn read_rate(text: &str) -> Result<TaxRate, Unread> {
    if text.trim().is_empty() {
        return Err(Unread::Nothing);
    }
    TaxRate::parse(text, number_form()).map_err(|error| match error {
        TaxRateError::NotARate(_) => Unread::NotANumber(text.to_owned()),
        TaxRateError::TooHigh => Unread::TooLarge,
    })
}

/// An amount as it is typed here, without thousands apart.
pub fn written_money(amount: Money) -> String {
    in_form(amount.decimal(), number_form())
}

/// A quantity as it is typed here, without its unit.
pub fn written_quantity(quantity: Quantity) -> String {
    in_form(quantity.decimal(), number_form())
}

/// A percentage as it is typed here, without its sign.
pub fn written_rate(rate: TaxRate) -> String {
    in_form(rate.to_string().replace('%', ""), number_form())
}

/// The mark before decimals, and the one between thousands.
pub(crate) const fn marks(form: NumberForm) -> (char, char) {
    match form {
        NumberForm::Point => ('.', ','),
        NumberForm::Comma => (',', '.'),
    }
}

fn in_form(decimal: String, form: NumberForm) -> String {
    match form {
        NumberForm::Point => decimal,
        NumberForm::Comma => decimal.replace('.', ","),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pounds(text: &str, form: NumberForm) -> Result<i64, Unread> {
        set_number_form(form);
        read_money(text, Currency::try_new("GBP").unwrap()).map(Money::minor)
    }

    #[test]
    fn a_decimal_comma_is_never_read_as_hundreds() {
        assert_eq!(pounds("2,50", NumberForm::Point), Ok(250));
        assert_eq!(pounds("2,50", NumberForm::Comma), Ok(250));
        assert_eq!(pounds("1.234,50", NumberForm::Comma), Ok(123_450));
        assert_eq!(pounds("1,234.50", NumberForm::Comma), Ok(123_450));
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_asked_and_each_answer_reads_back_as_itself() {
        for form in [NumberForm::Point, NumberForm::Comma] {
            // With a decimal point, then with a decimal comma, whichever is written here.
            for (text, pence) in [("2.500", [250, 250_000]), ("25,000", [2_500_000, 2_500])] {
                let Err(Unread::TwoWays(readings)) = pounds(text, form) else { panic!("{text} is asked") };
                assert_eq!(readings.map(|reading| pounds(&reading, form).unwrap()), pence, "{text}");
            }
        }
    }

    #[test]
    fn a_percentage_has_no_thousands() {
        assert_eq!(read_rate("5,5").map(TaxRate::ppm), Ok(55_000));
        assert_eq!(read_rate("5.5").map(TaxRate::ppm), Ok(55_000));
        assert_eq!(read_rate(" "), Err(Unread::Nothing));
        assert_eq!(read_rate("5000"), Err(Unread::TooLarge));
    }
}
