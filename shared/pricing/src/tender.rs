//! Cash: what comes back, and which notes a customer is likely to hand over.

use duka_core::{Money, MoneyError};

/// Why a tender is not enough.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TenderError {
    /// Less than is due.
    #[error("{tendered} is less than the {due} to pay")]
    TooLow {
        /// To pay.
        due: Money,
        /// Handed over.
        tendered: Money,
    },
    /// Currencies met, or the sum is too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// The change for `tendered` when `due` is to pay.
pub fn change_due(due: Money, tendered: Money) -> Result<Money, TenderError> {
    let change = tendered.checked_sub(due)?;
    if change.is_negative() { Err(TenderError::TooLow { due, tendered }) } else { Ok(change) }
}

/// At most `count` amounts above `due` that notes make up: the next multiples of 1, 2, 5, 10, 20, 50 … major units, rising.
pub fn quick_tenders(due: Money, count: usize) -> Vec<Money> {
    let major = 10_i64.saturating_pow(due.currency().digits());
    let steps =
        (0..7_u32).flat_map(|power| [1_i64, 2, 5].map(|digit| digit.saturating_mul(10_i64.saturating_pow(power)).saturating_mul(major)));
    let mut amounts: Vec<Money> = steps
        .filter_map(|step| {
            let steps_needed = due.minor().checked_div(step)?.checked_add(1)?;
            Money::try_new(steps_needed.checked_mul(step)?, due.currency()).ok()
        })
        // Nobody hands over ten times what is due, unless the smallest notes are larger than it.
        .filter(|amount| amount.minor() <= due.minor().saturating_mul(10).max(major.saturating_mul(20)))
        .collect();
    amounts.sort();
    amounts.dedup();
    amounts.truncate(count);
    amounts
}

#[cfg(test)]
mod tests {
    use super::*;
    use duka_core::Currency;

    fn money(minor: i64, code: &str) -> Money {
        Money::try_new(minor, Currency::try_new(code).unwrap()).unwrap()
    }

    #[test]
    fn change_is_exact_and_too_little_is_refused() {
        assert_eq!(change_due(money(3_320, "GBP"), money(4_000, "GBP")).unwrap(), money(680, "GBP"));
        assert!(matches!(change_due(money(3_320, "GBP"), money(3_319, "GBP")), Err(TenderError::TooLow { .. })));
        assert!(change_due(money(1, "GBP"), money(1, "EUR")).is_err());
    }

    #[test]
    fn quick_amounts_are_what_a_customer_holds() {
        let quick = |minor, code| quick_tenders(money(minor, code), 5).into_iter().map(Money::minor).collect::<Vec<_>>();
        assert_eq!(quick(3_320, "GBP"), [3_400, 3_500, 4_000, 5_000, 10_000]);
        assert_eq!(quick(95, "GBP"), [100, 200, 500, 1_000, 2_000]);
        assert_eq!(quick(1_234, "JPY"), [1_235, 1_236, 1_240, 1_250, 1_300]);
    }
}
