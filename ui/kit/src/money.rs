//! Money as people read it: tabular figures, the currency's own sign and decimals, the shop's own marks.

use crate::amount::{marks, number_form};
use duka_core::{Money, NumberForm};
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

/// An amount without a sign of currency, thousands apart: `1,234.50`, or `1.234,50` where people write so.
pub fn shown_plain(amount: Money) -> String {
    grouped(&amount.decimal(), number_form())
}

/// An amount of whole notes without its empty decimals: `£40`.
pub fn shown_short(amount: Money) -> String {
    let (text, digits) = (shown(amount), usize::try_from(amount.currency().digits()).unwrap_or(0));
    let (decimal, _) = marks(number_form());
    match text.rsplit_once(decimal) {
        Some((whole, fraction)) if fraction.len() == digits && fraction.bytes().all(|b| b == b'0') => whole.to_owned(),
        _ => text,
    }
}

/// A plain decimal (`1234.5`) with its thousands apart, in the marks of `form`.
pub(crate) fn grouped(decimal: &str, form: NumberForm) -> String {
    let (point, apart) = marks(form);
    let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let count = whole.chars().count();
    let mut text = String::with_capacity(decimal.len() + count / 3);
    text.push_str(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (count - place).is_multiple_of(3) {
            text.push(apart);
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push(point);
        text.push_str(fraction);
    }
    text
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
    use crate::amount::set_number_form;
    use duka_core::Currency;

    fn money(minor: i64, code: &str) -> Money {
        Money::try_new(minor, Currency::try_new(code).unwrap()).unwrap()
    }

    #[test]
    fn amounts_carry_their_own_sign_and_decimals() {
        set_number_form(NumberForm::Point);
        assert_eq!(shown(money(3_320, "GBP")), "£33.20");
        assert_eq!(shown(money(-300, "GBP")), "-£3.00");
        assert_eq!(shown_plain(money(123_456_789, "GBP")), "1,234,567.89");
        assert_eq!(shown_plain(money(-100_000, "JPY")), "-100,000");
        assert_eq!(shown_plain(money(999, "JPY")), "999");
        assert!(shown(money(125_000, "KES")).ends_with("\u{a0}1,250.00"), "{}", shown(money(125_000, "KES")));
    }

    #[test]
    fn amounts_are_written_as_people_here_write_them() {
        set_number_form(NumberForm::Comma);
        assert_eq!(shown_plain(money(123_456_789, "EUR")), "1.234.567,89");
        assert_eq!(shown_short(money(1_200_000, "EUR")), "€12.000");
        assert_eq!(shown_short(money(4_050, "EUR")), "€40,50");
    }

    #[test]
    fn notes_are_written_without_pence() {
        set_number_form(NumberForm::Point);
        assert_eq!((shown_short(money(4_000, "GBP")), shown_short(money(4_050, "GBP"))), ("£40".to_owned(), "£40.50".to_owned()));
        assert_eq!(shown_short(money(1_200_000, "GBP")), "£12,000");
    }
}
