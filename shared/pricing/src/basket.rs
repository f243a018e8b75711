//! From lines to totals.

use crate::rounding::scale;
use duka_core::{Currency, Money, MoneyError, Quantity, TaxRate};

/// What is taken off a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "discount", content = "value")]
pub enum Discount {
    /// Nothing.
    #[default]
    None,
    /// Parts per million of the line: 10 % is 100,000; at most all of it.
    Ppm(u32),
    /// An amount, at most all of the line.
    Amount(Money),
}

/// A line to be priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// How much, above zero and at most [`Line::MAX_THOUSANDTHS`].
    pub quantity: Quantity,
    /// Price of one unit, tax included, ≥ 0.
    pub unit_price: Money,
    /// The tax included in it.
    pub rate: TaxRate,
    /// What is taken off.
    pub discount: Discount,
}

impl Line {
    /// The largest quantity of a line: 999,999.999 units.
    pub const MAX_THOUSANDTHS: i64 = 999_999_999;
}

/// A priced line. Minor units, ≥ 0; `before - discount = gross`, `tax ≤ gross`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PricedLine {
    /// Quantity × unit price.
    pub before: i64,
    /// Taken off.
    pub discount: i64,
    /// To pay.
    pub gross: i64,
    /// The tax in it.
    pub tax: i64,
}

/// The net and tax of one rate, minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaxShare {
    /// The rate.
    pub rate: TaxRate,
    /// Without tax.
    pub net: i64,
    /// The tax.
    pub tax: i64,
}

/// A priced basket. The sums are those of its lines, exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    /// As given.
    pub lines: Vec<PricedLine>,
    /// To pay.
    pub gross: Money,
    /// All that was taken off.
    pub discount: Money,
    /// Per rate, by rising rate.
    pub taxes: Vec<TaxShare>,
}

impl Priced {
    /// All tax, minor units.
    pub fn tax(&self) -> i64 {
        self.taxes.iter().fold(0, |sum, share| sum.saturating_add(share.tax))
    }
}

/// Why a basket cannot be priced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// Zero, below, or past the largest.
    #[error("a quantity of {0} cannot be sold; it must be above 0 and below 1,000,000")]
    Quantity(Quantity),
    /// A price below zero.
    #[error("a price cannot be below zero ({0})")]
    NegativePrice(Money),
    /// More off than the line costs.
    #[error("a discount cannot be below zero or above 100 % of its line")]
    Discount,
    /// Currencies met, or the sum is too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Prices a basket: each line by itself, then sums. Tax is included in prices: tax = gross × rate ÷ (1 + rate).
pub fn price(currency: Currency, basket: &[Line]) -> Result<Priced, PriceError> {
    let mut lines = Vec::with_capacity(basket.len());
    let mut taxes: Vec<TaxShare> = Vec::new();
    let (mut gross, mut discount) = (Money::zero(currency), Money::zero(currency));
    for line in basket {
        let priced = price_line(currency, line)?;
        gross = gross.checked_add(Money::try_new(priced.gross, currency)?)?;
        discount = discount.checked_add(Money::try_new(priced.discount, currency)?)?;
        let net = priced.gross.saturating_sub(priced.tax);
        match taxes.binary_search_by_key(&line.rate, |share| share.rate) {
            Ok(found) => {
                if let Some(share) = taxes.get_mut(found) {
                    share.net = share.net.saturating_add(net);
                    share.tax = share.tax.saturating_add(priced.tax);
                }
            }
            Err(place) => taxes.insert(place, TaxShare { rate: line.rate, net, tax: priced.tax }),
        }
        lines.push(priced);
    }
    Ok(Priced { lines, gross, discount, taxes })
}

fn price_line(currency: Currency, line: &Line) -> Result<PricedLine, PriceError> {
    if !line.quantity.is_positive() || line.quantity.thousandths() > Line::MAX_THOUSANDTHS {
        return Err(PriceError::Quantity(line.quantity));
    }
    if line.unit_price.is_negative() {
        return Err(PriceError::NegativePrice(line.unit_price));
    }
    if line.unit_price.currency() != currency {
        return Err(MoneyError::MixedCurrencies(line.unit_price.currency(), currency).into());
    }
    let before = scale(line.unit_price.minor(), line.quantity.thousandths(), 1_000).ok_or(MoneyError::TooLarge)?;
    let before = Money::try_new(before, currency)?.minor();
    let discount = match line.discount {
        Discount::None => 0,
        Discount::Ppm(ppm) => scale(before, i64::from(ppm), 1_000_000).ok_or(PriceError::Discount)?,
        Discount::Amount(amount) if amount.currency() != currency => {
            return Err(MoneyError::MixedCurrencies(amount.currency(), currency).into());
        }
        Discount::Amount(amount) => amount.minor(),
    };
    if discount < 0 || discount > before || matches!(line.discount, Discount::Ppm(ppm) if ppm > 1_000_000) {
        return Err(PriceError::Discount);
    }
    let gross = before.saturating_sub(discount);
    Ok(PricedLine { before, discount, gross, tax: included_tax(gross, line.rate)? })
}

fn included_tax(gross: i64, rate: TaxRate) -> Result<i64, PriceError> {
    let ppm = i64::from(rate.ppm());
    scale(gross, ppm, ppm.saturating_add(1_000_000)).ok_or(PriceError::Money(MoneyError::TooLarge))
}

#[cfg(test)]
mod tests {
    use super::*;
    use duka_core::Unit;
    use proptest::prelude::*;

    fn gbp(minor: i64) -> Money {
        Money::try_new(minor, Currency::try_new("GBP").unwrap()).unwrap()
    }

    fn line(thousandths: i64, minor: i64, ppm: u32, discount: Discount) -> Line {
        Line {
            quantity: Quantity::try_new(thousandths, Unit::Each).unwrap(),
            unit_price: gbp(minor),
            rate: TaxRate::try_from_ppm(ppm).unwrap(),
            discount,
        }
    }

    fn one(line: Line) -> Result<PricedLine, PriceError> {
        price(gbp(0).currency(), &[line]).map(|priced| priced.lines[0])
    }

    #[test]
    fn a_line_costs_what_a_cashier_would_work_out() {
        let plain = one(line(3_000, 295, 200_000, Discount::None)).unwrap();
        assert_eq!((plain.before, plain.gross, plain.tax), (885, 885, 148));
        let weighed = one(line(486, 299, 0, Discount::None)).unwrap();
        assert_eq!((weighed.gross, weighed.tax), (145, 0));
        let tenth_off = one(line(1_000, 340, 200_000, Discount::Ppm(100_000))).unwrap();
        assert_eq!((tenth_off.discount, tenth_off.gross), (34, 306));
        let free = one(line(1_000, 0, 200_000, Discount::None)).unwrap();
        assert_eq!((free.gross, free.tax), (0, 0));
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        for quantity in [0, -1_000, 1_000_000_000, 1_000_000_000_000_000] {
            assert!(matches!(one(line(quantity, 100, 0, Discount::None)), Err(PriceError::Quantity(_))));
        }
        for discount in [Discount::Ppm(1_000_001), Discount::Amount(gbp(101)), Discount::Amount(gbp(-1))] {
            assert_eq!(one(line(1_000, 100, 0, discount)), Err(PriceError::Discount));
        }
        assert_eq!(one(line(1_000, 100, 0, Discount::Ppm(1_000_000))).unwrap().gross, 0);
        assert!(matches!(one(line(1_000, -1, 0, Discount::None)), Err(PriceError::NegativePrice(_))));
    }

    proptest! {
        #[test]
        fn sums_are_those_of_the_lines_and_tax_is_within_gross(
            basket in prop::collection::vec((1_i64..=Line::MAX_THOUSANDTHS, 0_i64..1_000_000, prop::sample::select(vec![0_u32, 50_000, 200_000, 10_000_000]), 0_u32..=1_000_000), 0..30)
        ) {
            let lines: Vec<Line> = basket.into_iter().map(|(q, p, r, d)| line(q, p, r, Discount::Ppm(d))).collect();
            let priced = price(gbp(0).currency(), &lines).unwrap();
            prop_assert_eq!(priced.gross.minor(), priced.lines.iter().map(|l| l.gross).sum::<i64>());
            prop_assert_eq!(priced.gross.minor(), priced.taxes.iter().map(|t| t.net + t.tax).sum::<i64>());
            prop_assert_eq!(priced.tax(), priced.lines.iter().map(|l| l.tax).sum::<i64>());
            for l in &priced.lines {
                prop_assert!(l.before - l.discount == l.gross && 0 <= l.tax && l.tax <= l.gross && l.discount >= 0);
            }
        }
    }
}
