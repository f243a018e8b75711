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
    decimal::money(text, currency, number_form())
}

/// What `text` stands for as a quantity.
pub fn read_quantity(text: &str, unit: Unit) -> Result<Quantity, Unread> {
    if text.trim().is_empty() {
        return Err(Unread::Nothing);
    }
    decimal::quantity(text, unit, number_form())
}

/// What `text` stands for as a percentage. It has no thousands to keep apart, so point and comma both begin its decimals.
pub fn read_rate(text: &str) -> Result<TaxRate, Unread> {
    if text.trim().is_empty() {
        return Err(Unread::Nothing);
    }
    TaxRate::parse(&text.replacen(',', ".", 1)).map_err(|error| match error {
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

/// Reading by form, until `duka_core` does it itself.
mod decimal {
    use super::{Currency, Money, MoneyError, NumberForm, Quantity, QuantityError, Unit, Unread, marks};

    pub fn money(text: &str, currency: Currency, form: NumberForm) -> Result<Money, Unread> {
        let digits = usize::try_from(currency.digits()).unwrap_or(0);
        let readings = plain(text, form, digits).ok_or_else(|| Unread::NotANumber(text.to_owned()))?;
        let mut amounts: Vec<Money> = Vec::with_capacity(2);
        for reading in &readings {
            match Money::parse(reading, currency) {
                Ok(amount) => amounts.push(amount),
                Err(_) if readings.len() > 1 => {}
                Err(MoneyError::TooManyDecimals { digits, .. }) => return Err(Unread::TooManyDecimals { text: text.to_owned(), digits }),
                Err(MoneyError::TooLarge) => return Err(Unread::TooLarge),
                Err(_) => return Err(Unread::NotANumber(text.to_owned())),
            }
        }
        match amounts.as_slice() {
            [one] => Ok(*one),
            [first, second] if first == second => Ok(*first),
            [first, second] => Err(Unread::TwoWays([first, second].map(|amount| grouped(&amount.decimal(), form)))),
            _ => Err(Unread::NotANumber(text.to_owned())),
        }
    }

    pub fn quantity(text: &str, unit: Unit, form: NumberForm) -> Result<Quantity, Unread> {
        let readings = plain(text, form, 3).ok_or_else(|| Unread::NotANumber(text.to_owned()))?;
        let read = |reading: &String| Quantity::parse(reading, unit);
        match readings.as_slice() {
            [one] => read(one).map_err(|error| match error {
                QuantityError::TooLarge => Unread::TooLarge,
                QuantityError::NotAQuantity(_) | QuantityError::MixedUnits => Unread::NotANumber(text.to_owned()),
            }),
            [first, second] => match (read(first), read(second)) {
                (Ok(first), Ok(second)) => Err(Unread::TwoWays([first, second].map(|quantity| grouped(&quantity.decimal(), form)))),
                (Ok(one), Err(_)) | (Err(_), Ok(one)) => Ok(one),
                (Err(_), Err(_)) => Err(Unread::NotANumber(text.to_owned())),
            },
            _ => Err(Unread::NotANumber(text.to_owned())),
        }
    }

    /// The plain decimals that `text` can mean: one, or two when a single mark stands before exactly three digits.
    fn plain(text: &str, form: NumberForm, digits: usize) -> Option<Vec<String>> {
        let text = text.trim();
        let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
        let (decimal, _) = marks(form);
        let found: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| matches!(c, '.' | ',')).collect();
        let last = found.last().copied();
        let whole = |text: &str| is_grouped(text).then(|| text.replace(['.', ','], ""));
        let fraction = |at: usize| Some(format!("{}.{}", whole(text.get(..at)?)?, text.get(at.checked_add(1)?..)?));
        let readings = match (found.as_slice(), last) {
            ([], _) | (_, None) => vec![text.to_owned()],
            ([(at, mark)], _) => {
                let after = text.len().saturating_sub(at.saturating_add(1));
                let can_group = after == 3 && (1..=3).contains(at) && !text.starts_with('0');
                match can_group {
                    true if *mark == decimal && digits == 3 => vec![fraction(*at)?],
                    true => vec![fraction(*at)?, whole(text)?],
                    false => vec![fraction(*at)?],
                }
            }
            (marks, Some((at, mark))) if marks.iter().all(|(_, other)| *other == mark) => {
                let _last_of_equal_marks = at;
                vec![whole(text)?]
            }
            (_, Some((at, _))) => vec![fraction(at)?],
        };
        Some(readings.into_iter().map(|reading| format!("{sign}{reading}")).collect())
    }

    /// Whether digits are kept apart by three, by one mark; or not at all.
    fn is_grouped(text: &str) -> bool {
        let mut marks = text.chars().filter(|c| matches!(c, '.' | ','));
        let mark = marks.next();
        if marks.any(|other| Some(other) != mark) {
            return false;
        }
        let mut groups = text.split(['.', ',']);
        let first = groups.next().unwrap_or_default();
        (mark.is_none() || (1..=3).contains(&first.len())) && groups.all(|group| group.len() == 3)
    }

    /// `decimal` with thousands apart, so that it reads back as itself.
    fn grouped(decimal: &str, form: NumberForm) -> String {
        crate::money::grouped(decimal, form)
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
            for text in ["2.500", "25,000"] {
                let Err(Unread::TwoWays(readings)) = pounds(text, form) else { panic!("{text} is asked") };
                let [small, large] = readings.map(|reading| pounds(&reading, form).unwrap());
                assert_eq!(large, small * 1_000, "{text}");
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
