//! Money as people read it: tabular figures, the currency's own sign and decimals.

use duka_core::Money;
use leptos::prelude::*;

/// An amount with its currency's sign: `£1,234.50`, `KSh 1,250.00`, `-£3.00`.
pub fn shown(amount: Money) -> String {
    let symbol = amount.currency().symbol();
    // A sign made of letters needs room.
    let room = if symbol.ends_with(char::is_alphabetic) { "\u{a0}" } else { "" };
    let sign = if amount.is_negative() { "-" } else { "" };
    let plain = shown_plain(if amount.is_negative() { amount.negated() } else { amount });
    format!("{sign}{symbol}{room}{plain}")
}

/// An amount without a sign of currency, thousands apart: `1,234.50`.
pub fn shown_plain(amount: Money) -> String {
    let decimal = amount.decimal();
    let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal.as_str()), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let count = whole.chars().count();
    let mut grouped = String::with_capacity(decimal.len() + count / 3);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (count - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    fraction.map_or_else(|| format!("{sign}{grouped}"), |fraction| format!("{sign}{grouped}.{fraction}"))
}

/// Draws an amount so that it stays left to right wherever it stands.
#[component]
pub fn Amount(
    /// How much.
    #[prop(into)]
    of: Signal<Money>,
    /// Without the currency's sign, for columns where it goes without saying.
    #[prop(optional)]
    plain: bool,
) -> impl IntoView {
    view! { <bdi class="money" dir="ltr">{move || if plain { shown_plain(of.get()) } else { shown(of.get()) }}</bdi> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use duka_core::Currency;

    fn money(minor: i64, code: &str) -> Money {
        Money::try_new(minor, Currency::try_new(code).unwrap()).unwrap()
    }

    #[test]
    fn amounts_carry_their_own_sign_and_decimals() {
        assert_eq!(shown(money(3_320, "GBP")), "£33.20");
        assert_eq!(shown(money(-300, "GBP")), "-£3.00");
        assert_eq!(shown_plain(money(123_456_789, "GBP")), "1,234,567.89");
        assert_eq!(shown_plain(money(-100_000, "JPY")), "-100,000");
        assert_eq!(shown_plain(money(999, "JPY")), "999");
        assert!(shown(money(125_000, "KES")).ends_with("\u{a0}1,250.00"), "{}", shown(money(125_000, "KES")));
    }
}
