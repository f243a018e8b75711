//! The one rounding there is.

/// `value × numerator ÷ denominator`, half away from zero; none when it leaves i64 or divides by zero.
pub(crate) fn scale(value: i64, numerator: i64, denominator: i64) -> Option<i64> {
    if denominator <= 0 {
        return None;
    }
    let product = i128::from(value).checked_mul(i128::from(numerator))?;
    let half = i128::from(denominator).checked_div(2)?;
    let shifted = if product < 0 { product.checked_sub(half)? } else { product.checked_add(half)? };
    i64::try_from(shifted.checked_div(i128::from(denominator))?).ok()
}

#[cfg(test)]
mod tests {
    use super::scale;

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!(
            [scale(5, 1, 10), scale(-5, 1, 10), scale(4, 1, 10), scale(15, 1, 10), scale(7, 3, 7)],
            [Some(1), Some(-1), Some(0), Some(2), Some(3)]
        );
        assert_eq!([scale(i64::MAX, 2, 1), scale(1, 1, 0)], [None, None]);
    }
}
