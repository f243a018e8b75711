//! Giving back a part of a sold line, so that all parts together give back exactly what was paid.

use crate::rounding::scale;
use duka_core::{Money, Quantity};

/// A sold line and what of it was refunded so far. Minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refundable {
    /// How much was sold.
    pub sold: Quantity,
    /// What was paid for it.
    pub gross: i64,
    /// The tax in that.
    pub tax: i64,
    /// How much of it was refunded before, in thousandths.
    pub refunded_thousandths: i64,
    /// What was given back before.
    pub refunded_gross: i64,
    /// The tax in that.
    pub refunded_tax: i64,
}

/// What to give back now, minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundShare {
    /// Tax included.
    pub gross: i64,
    /// The tax in it.
    pub tax: i64,
}

/// Why a line cannot be refunded so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefundError {
    /// Zero, below, or of another unit.
    #[error("a quantity of {0} cannot be refunded")]
    Quantity(Quantity),
    /// More than is left of the line.
    #[error("only {left} of the line can still be refunded, not {asked}")]
    MoreThanSold {
        /// What remains.
        left: Quantity,
        /// What was asked.
        asked: Quantity,
    },
}

/// What is given back for `quantity` of a line: its share of the whole, rounded so that the last part gives back the exact rest.
pub fn refund_share(line: Refundable, quantity: Quantity) -> Result<RefundShare, RefundError> {
    if !quantity.is_positive() || quantity.unit() != line.sold.unit() {
        return Err(RefundError::Quantity(quantity));
    }
    let sold = line.sold.thousandths();
    let left = sold.saturating_sub(line.refunded_thousandths).max(0);
    if quantity.thousandths() > left {
        let left = Quantity::try_new(left, quantity.unit()).unwrap_or(quantity);
        return Err(RefundError::MoreThanSold { left, asked: quantity });
    }
    let after = line.refunded_thousandths.saturating_add(quantity.thousandths());
    let share = |whole: i64, before: i64| scale(whole, after, sold).map(|due| due.saturating_sub(before).max(0)).unwrap_or(0);
    let gross = share(line.gross, line.refunded_gross);
    Ok(RefundShare { gross, tax: share(line.tax, line.refunded_tax).min(gross) })
}

/// What of a sold line can still come back; none when all of it did.
pub fn left_of(sold: Quantity, refunded: Quantity) -> Option<Quantity> {
    sold.checked_sub(refunded).ok().filter(|left| left.is_positive())
}

/// What is given back for `now` of a line that `gross` was paid for and `refunded` of which came back before: to the penny what
/// [`refund_share`] makes of it with the books at hand, since what was given back before is what the same rule gave for it.
pub fn gross_of_part(sold: Quantity, gross: Money, refunded: Quantity, now: Quantity) -> Result<Money, RefundError> {
    let whole = Refundable { sold, gross: gross.minor(), tax: 0, refunded_thousandths: 0, refunded_gross: 0, refunded_tax: 0 };
    let before = if refunded.is_zero() { 0 } else { refund_share(whole, refunded)?.gross };
    let rest = Refundable { refunded_thousandths: refunded.thousandths(), refunded_gross: before, ..whole };
    let share = refund_share(rest, now)?;
    // A share of an amount is no larger than the amount.
    Ok(Money::try_new(share.gross, gross.currency()).unwrap_or(gross))
}

#[cfg(test)]
mod tests {
    use super::*;
    use duka_core::Unit;
    use proptest::prelude::*;

    fn each(thousandths: i64) -> Quantity {
        Quantity::try_new(thousandths, Unit::Each).unwrap()
    }

    #[test]
    fn three_for_a_pound_comes_back_as_33_34_33_pence() {
        let mut line = Refundable { sold: each(3_000), gross: 100, tax: 17, refunded_thousandths: 0, refunded_gross: 0, refunded_tax: 0 };
        let mut parts = Vec::new();
        for _ in 0..3 {
            let share = refund_share(line, each(1_000)).unwrap();
            line.refunded_thousandths += 1_000;
            line.refunded_gross += share.gross;
            line.refunded_tax += share.tax;
            parts.push(share.gross);
        }
        assert_eq!((parts, line.refunded_tax), (vec![33, 34, 33], 17));
        assert_eq!(refund_share(line, each(1_000)), Err(RefundError::MoreThanSold { left: each(0), asked: each(1_000) }));
        assert!(refund_share(line, each(0)).is_err() && refund_share(line, each(-1_000)).is_err());
    }

    #[test]
    fn what_is_shown_before_a_refund_is_what_the_refund_gives_back() {
        let pound = Money::try_new(100, duka_core::Currency::try_new("GBP").unwrap()).unwrap();
        let shown = |refunded, now| gross_of_part(each(3_000), pound, each(refunded), each(now)).unwrap().minor();
        assert_eq!([shown(0, 1_000), shown(1_000, 1_000), shown(2_000, 1_000)], [33, 34, 33]);
        assert_eq!((shown(0, 3_000), shown(1_000, 2_000)), (100, 67));
        assert!(gross_of_part(each(3_000), pound, each(2_000), each(2_000)).is_err(), "more than is left");
        assert_eq!((left_of(each(3_000), each(1_000)), left_of(each(3_000), each(3_000))), (Some(each(2_000)), None));
    }

    proptest! {
        #[test]
        fn parts_give_back_exactly_what_was_paid(sold in 1_i64..1_000_000, gross in 0_i64..10_000_000, cuts in prop::collection::vec(1_i64..1_000_000, 0..8)) {
            let tax = gross / 6;
            let mut line = Refundable { sold: each(sold), gross, tax, refunded_thousandths: 0, refunded_gross: 0, refunded_tax: 0 };
            for cut in cuts.into_iter().chain([i64::MAX]) {
                let part = cut.min(sold - line.refunded_thousandths);
                if part == 0 { continue; }
                let share = refund_share(line, each(part)).unwrap();
                line.refunded_thousandths += part;
                line.refunded_gross += share.gross;
                line.refunded_tax += share.tax;
                prop_assert!(line.refunded_gross <= gross);
            }
            prop_assert_eq!((line.refunded_gross, line.refunded_thousandths), (gross, sold));
        }
    }
}
