//! What is typed on a line's sheet, and what the line would cost with it: by the money engine's own rules.

use crate::text::{fill, refusal, t};
use crate::typed::Typed;
use duka_api::till::{BasketLine, LineChange};
use duka_core::{Currency, Money, Quantity, TaxRate};
use duka_pricing::{Discount, price};
use duka_ui_kit::{Unread, read_money, read_quantity, read_rate, written_money, written_quantity, written_rate};
use leptos::prelude::*;

/// A change to a line, and what the line would cost.
pub type Outcome = (LineChange, Money);

/// Another quantity for a line, as it is typed.
pub fn quantity(line: &BasketLine) -> Typed<Outcome> {
    let of = line.clone();
    Typed::new(written_quantity(line.quantity), move |text| {
        let quantity = read_quantity(text, of.quantity.unit())?;
        // An amount off may be more than the smaller line costs; the engine says so when it is applied.
        priced(&of, quantity, of.discount).map(|gross| (LineChange::Quantity(quantity), gross))
    })
}

/// A discount for a line, as it is typed: in percent while `percent` says so, or as an amount.
pub fn discount(line: &BasketLine, percent: RwSignal<bool>) -> Typed<Outcome> {
    let of = line.clone();
    let begin = match line.discount {
        Discount::None => String::new(),
        Discount::Ppm(ppm) => TaxRate::try_from_ppm(ppm).map(written_rate).unwrap_or_default(),
        Discount::Amount(amount) => written_money(amount),
    };
    Typed::new(begin, move |text| {
        let discount = read_discount(text, percent.get(), of.unit_price.currency())?;
        priced(&of, of.quantity, discount).map(|gross| (LineChange::Discount(discount), gross))
    })
}

/// Nothing and 0 take the discount away. A percentage is written like a tax rate; the money engine refuses more than all of the line.
fn read_discount(text: &str, percent: bool, currency: Currency) -> Result<Discount, Unread> {
    let read = if percent {
        read_rate(text).map(|rate| if rate == TaxRate::ZERO { Discount::None } else { Discount::Ppm(rate.ppm()) })
    } else {
        read_money(text, currency).map(|amount| if amount.is_zero() { Discount::None } else { Discount::Amount(amount) })
    };
    match read {
        Err(Unread::Nothing) => Ok(Discount::None),
        Err(Unread::NotANumber(text)) if percent => Err(Unread::Refused(fill(t().not_a_percentage, &[&text]))),
        read => read,
    }
}

/// What the line would cost; the money engine's own words when it refuses.
fn priced(line: &BasketLine, quantity: Quantity, discount: Discount) -> Result<Money, Unread> {
    let currency = line.unit_price.currency();
    let line = duka_pricing::Line { quantity, unit_price: line.unit_price, rate: line.rate, discount };
    price(currency, &[line]).map(|priced| priced.gross).map_err(|error| Unread::Refused(refusal(&error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_discount_is_read_in_percent_or_as_an_amount_and_nothing_takes_it_away() {
        let gbp = Currency::try_new("GBP").unwrap();
        assert_eq!(read_discount("10", true, gbp), Ok(Discount::Ppm(100_000)));
        assert_eq!(read_discount("2,5", true, gbp), Ok(Discount::Ppm(25_000)));
        assert_eq!(read_discount("1.50", false, gbp), Ok(Discount::Amount(Money::try_new(150, gbp).unwrap())));
        for none in ["", "0", "0.00"] {
            assert_eq!(
                (read_discount(none, true, gbp), read_discount(none, false, gbp)),
                (Ok(Discount::None), Ok(Discount::None)),
                "{none}"
            );
        }
        assert!(matches!(read_discount("ten", true, gbp), Err(Unread::Refused(_))));
        assert!(matches!(read_discount("2.500", false, gbp), Err(Unread::TwoWays(_))), "what can be read in two ways is asked");
    }
}
