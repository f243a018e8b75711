use super::*;
use NumberForm::{Comma, Point};
use proptest::prelude::*;

fn read(text: &str, form: NumberForm) -> Result<i64, QuantityError> {
    Quantity::parse(text, Unit::Kilogram, form).map(Quantity::thousandths)
}

#[test]
fn a_quantity_that_can_be_read_in_one_way_only_is_that_in_every_shop() {
    for (text, thousandths) in [
        ("0.486", 486),
        ("0,486", 486),
        (",486", 486),
        ("3", 3_000),
        ("-2.50", -2_500),
        ("2,5", 2_500),
        ("1.234,5", 1_234_500),
        ("1,234.5", 1_234_500),
        ("1,234.567", 1_234_567),
        ("1 234,567", 1_234_567),
        ("1234.567", 1_234_567),
        ("1.2340", 1_234),
        ("٠٫٤٨٦", 486),
        ("١٫٢٣٤", 1_234),
    ] {
        for form in [Point, Comma] {
            assert_eq!(read(text, form), Ok(thousandths), "{text} in {form:?}");
        }
    }
    for form in [Point, Comma] {
        for text in ["", ".", "1.2345", "two", "1e6", "+1", "1.2.3", "1,2,3"] {
            assert_eq!(read(text, form), Err(QuantityError::NotAQuantity(text.to_owned())), "{text} in {form:?}");
        }
        assert_eq!(read("1000000000001", form), Err(QuantityError::TooLarge));
    }
}

#[test]
fn three_digits_behind_the_shops_own_decimal_mark_are_grams_and_behind_the_other_mark_are_asked() {
    assert_eq!((read("1.234", Point), read("1,234", Comma)), (Ok(1_234), Ok(1_234)));
    let asked = |text, form| read(text, form).unwrap_err().to_string();
    assert_eq!(asked("1,234", Point), "'1,234' could be 1234 or 1.234; write it in one of these ways");
    assert_eq!(asked("1.234", Comma), "'1.234' could be 1,234 or 1234; write it in one of these ways");
}

#[test]
fn units_do_not_mix_and_overflow_is_an_error() {
    let kilo = Quantity::whole(1, Unit::Kilogram).unwrap();
    assert_eq!(Quantity::ONE.checked_add(kilo), Err(QuantityError::MixedUnits));
    let most = Quantity::try_new(Quantity::MAX_THOUSANDTHS, Unit::Each).unwrap();
    assert_eq!(most.checked_add(Quantity::ONE), Err(QuantityError::TooLarge));
    assert_eq!(most.negated().checked_sub(Quantity::ONE), Err(QuantityError::TooLarge));
}

#[test]
fn no_quantity_past_the_largest_comes_in_from_outside() {
    for thousandths in [i64::MIN, i64::MAX, Quantity::MAX_THOUSANDTHS + 1] {
        assert!(serde_json::from_str::<Quantity>(&format!(r#"{{"thousandths":{thousandths},"unit":"each"}}"#)).is_err(), "{thousandths}");
        let bytes = minicbor::to_vec(Quantity { thousandths, unit: Unit::Each }).unwrap();
        assert!(minicbor::decode::<Quantity>(&bytes).is_err(), "{thousandths}");
    }
    assert_eq!(minicbor::decode::<Quantity>(&minicbor::to_vec(Quantity::ONE).unwrap()).unwrap(), Quantity::ONE);
    assert_eq!(serde_json::from_str::<Quantity>(&serde_json::to_string(&Quantity::ONE).unwrap()).unwrap(), Quantity::ONE);
}

proptest! {
    #[test]
    fn what_is_written_reads_back_the_same(thousandths in -Quantity::MAX_THOUSANDTHS..=Quantity::MAX_THOUSANDTHS, scale in 0_u32..15, comma: bool) {
        let form = if comma { Comma } else { Point };
        let quantity = Quantity::try_new(thousandths / 10_i64.pow(scale), Unit::Litre).unwrap();
        prop_assert_eq!(Quantity::parse(&quantity.written(form), Unit::Litre, form).unwrap(), quantity);
        prop_assert_eq!(Quantity::parse_strictly(&quantity.written(form), Unit::Litre, form).unwrap(), quantity);
        prop_assert_eq!(Quantity::parse_plain(&quantity.decimal(), Unit::Litre).unwrap(), quantity);
    }

    #[test]
    fn no_text_is_two_quantities_unless_one_of_the_shops_asks(text in "-?[0-9]{0,4}([., '٫٬]?[0-9]{1,4}){0,3}[.,]?") {
        if let (Ok(point), Ok(comma)) = (read(&text, Point), read(&text, Comma)) {
            prop_assert_eq!(point, comma, "{}", text);
        }
    }
}
