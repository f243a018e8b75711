//! Numbers as people write them, before it is known what they count.
//!
//! A text is read under both forms. Most texts are a number in only one of them, or the same in both; only a lone mark before exactly
//! three digits (`2.500`, `1,234`) is two numbers, and what that means is for [`Money`](crate::Money), [`Quantity`](crate::Quantity) and
//! [`TaxRate`](crate::TaxRate) to say.

mod digit;
mod form;
mod scan;

pub(crate) use digit::digit;
pub use form::NumberForm;
pub use scan::is_around;
pub(crate) use scan::{plain, read};

/// A decimal number of any size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) negative: bool,
    /// All digits as one number; none when they are too many.
    digits: Option<u64>,
    /// How many of them stand behind the decimal mark, zeros at the end left out.
    decimals: u32,
}

/// Why a number is none of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    TooManyDecimals,
    TooLarge,
}

impl Decimal {
    /// The number in units of which 10^`decimals` make one.
    pub(crate) fn scaled(self, decimals: u32) -> Result<i64, Unfit> {
        let zeros = decimals.checked_sub(self.decimals).ok_or(Unfit::TooManyDecimals)?;
        let digits = self.digits.zip(10_u64.checked_pow(zeros)).and_then(|(digits, scale)| digits.checked_mul(scale));
        let size = digits.and_then(|digits| i64::try_from(digits).ok()).ok_or(Unfit::TooLarge)?;
        if self.negative { size.checked_neg().ok_or(Unfit::TooLarge) } else { Ok(size) }
    }

    /// The same with `decimals` at most, half away from zero: to show a person about what a text says.
    pub(crate) fn rounded(self, decimals: u32) -> Self {
        let Some(surplus) = self.decimals.checked_sub(decimals).filter(|surplus| *surplus > 0) else { return self };
        let scale = 10_u64.checked_pow(surplus);
        let digits = self.digits.zip(scale).and_then(|(digits, scale)| digits.checked_add(scale.checked_div(2)?)?.checked_div(scale));
        Self { digits, decimals, ..self }
    }
}

/// What a text says under the two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readings {
    /// It is no number in either.
    None,
    /// It is a number in one of them only, or the same in both.
    One(Decimal),
    /// A lone mark before exactly three digits.
    Two(Two),
}

/// A number whose mark is a decimal mark in one form and stands between thousands in the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Two {
    /// The form in which it is the decimal mark.
    pub(crate) mark_of: NumberForm,
    pub(crate) decimal: Decimal,
    pub(crate) grouped: Decimal,
}

impl Readings {
    pub(crate) fn of(text: &str) -> Self {
        match [NumberForm::Point, NumberForm::Comma].map(|form| read(text, form)) {
            [None, None] => Self::None,
            [Some(one), None] | [None, Some(one)] => Self::One(one),
            [Some(point), Some(comma)] if point == comma => Self::One(point),
            [Some(point), Some(comma)] if text.contains(scan::is_point) => {
                Self::Two(Two { mark_of: NumberForm::Point, decimal: point, grouped: comma })
            }
            [Some(point), Some(comma)] => Self::Two(Two { mark_of: NumberForm::Comma, decimal: comma, grouped: point }),
        }
    }
}

impl Two {
    /// As `form` has it.
    pub(crate) fn in_form(self, form: NumberForm) -> Decimal {
        if form == self.mark_of { self.decimal } else { self.grouped }
    }
}
