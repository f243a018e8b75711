use super::*;
use NumberForm::{Comma, Point};
use proptest::prelude::*;

fn currency(code: &str) -> Currency {
    Currency::try_new(code).unwrap()
}

fn read(text: &str, code: &str, form: NumberForm) -> Result<i64, MoneyError> {
    Money::parse(text, currency(code), form).map(Money::minor)
}

#[test]
fn an_amount_that_can_be_read_in_one_way_only_is_that_in_every_shop() {
    for (text, code, minor) in [
        ("12.5", "GBP", 1_250),
        ("0.01", "GBP", 1),
        ("-3", "GBP", -300),
        ("−3", "GBP", -300),
        (".5", "GBP", 50),
        ("7.", "GBP", 700),
        ("2,50", "GBP", 250),
        ("2,5", "GBP", 250),
        (",50", "GBP", 50),
        ("1.234,50", "EUR", 123_450),
        ("1,234.50", "EUR", 123_450),
        ("1.234.567", "EUR", 123_456_700),
        ("1,234,567", "EUR", 123_456_700),
        ("1 234,50", "EUR", 123_450),
        ("1\u{A0}234,50", "EUR", 123_450),
        ("1\u{202F}234\u{202F}567,50", "EUR", 123_456_750),
        ("1'234.50", "CHF", 123_450),
        ("1’234,50", "CHF", 123_450),
        ("1 234", "EUR", 123_400),
        ("1,23,456.78", "INR", 12_345_678),
        ("1,23,456", "INR", 12_345_600),
        ("12,34,56,789.10", "INR", 12_345_678_910),
        ("0.500", "GBP", 50),
        ("0,500", "GBP", 50),
        (".500", "GBP", 50),
        ("1234.500", "GBP", 123_450),
        ("1234,500", "GBP", 123_450),
        ("1,234.500", "GBP", 123_450),
        ("12.5000000000000000000000000", "GBP", 1_250),
        ("١٢٫٥٠", "EGP", 1_250),
        ("١٬٢٣٤٫٥٠", "EGP", 123_450),
        ("١٢٫٥٠٠", "EGP", 1_250),
        ("١٢،٥٠", "EGP", 1_250),
        ("۱۲٫۵", "EUR", 1_250),
        ("१,२३,४५६.७८", "INR", 12_345_678),
        ("１２．５０", "EUR", 1_250),
        ("\u{202A}12.50\u{202C}", "GBP", 1_250),
        ("\u{200F}-\u{200E}12,50\u{200F}", "GBP", -1_250),
        (" 12.50\n", "GBP", 1_250),
        ("2,500", "JPY", 2_500),
        ("2.500", "JPY", 2_500),
        ("2.00", "JPY", 2),
    ] {
        for form in [Point, Comma] {
            assert_eq!(read(text, code, form), Ok(minor), "{text} {code} in {form:?}");
        }
    }
}

#[test]
fn a_lone_mark_before_three_digits_is_asked_and_never_guessed() {
    for (text, point, comma) in [
        ("2.500", 250, 250_000),
        ("25.000", 2_500, 2_500_000),
        ("1,234", 123_400, 123),
        ("1,239", 123_900, 124),
        ("-2.500", -250, -250_000),
    ] {
        for (code, form) in [("GBP", Point), ("GBP", Comma), ("EUR", Point), ("EUR", Comma)] {
            let readings = [point, comma].map(|minor| Money::try_new(minor, currency(code)).unwrap());
            assert_eq!(read(text, code, form), Err(MoneyError::Ambiguous { text: text.to_owned(), readings }), "{text} {code} in {form:?}");
        }
    }
    let asked = |text, code, form| read(text, code, form).unwrap_err().to_string();
    assert_eq!(asked("2.500", "GBP", Point), "'2.500' could be 2.50 or 2,500.00; write it with two decimals");
    assert_eq!(asked("2.000", "JPY", Point), "'2.000' could be 2 or 2,000; write it without a mark");
}

#[test]
fn the_shop_says_what_its_own_marks_mean_where_its_currency_leaves_no_other_way() {
    assert_eq!((read("1.500", "KWD", Point), read("1.500", "KWD", Comma)), (Ok(1_500), Ok(1_500_000)));
    assert_eq!((read("1,500", "KWD", Point), read("1,500", "KWD", Comma)), (Ok(1_500_000), Ok(1_500)));
    assert_eq!((read("2,000", "JPY", Point), read("2.000", "JPY", Comma)), (Ok(2_000), Ok(2_000)));
    assert!(matches!(read("2,000", "JPY", Comma), Err(MoneyError::Ambiguous { .. })));
}

#[test]
fn what_is_no_amount_is_refused_in_every_shop() {
    for form in [Point, Comma] {
        for text in [
            "",
            " ",
            ".",
            ",",
            "-",
            "--1",
            "+1",
            "12p",
            "1e3",
            "1,2,3",
            "1.2.3",
            "12,34.5",
            "1,234.567,8",
            "1 23",
            "12 34 567",
            "1234,567.00",
            "0,123.50",
            "1,234 567",
            "1'234’567",
            "1,23.45.67",
            "1.23.456",
            "٬",
            "1٢",
            "1.٢",
            "1.٠",
            "½",
            "1..2",
            "1.,2",
            "12.50-",
            "1-2",
            "1\u{202C}2",
            "1,,234",
            "1,234,",
            "abc",
        ] {
            assert_eq!(read(text, "GBP", form), Err(MoneyError::NotAnAmount(text.to_owned())), "{text} in {form:?}");
        }
        for text in ["0.001", "12.505.000,005", "1234.567", "0,123"] {
            assert!(matches!(read(text, "GBP", form), Err(MoneyError::TooManyDecimals { .. })), "{text} in {form:?}");
        }
        for text in ["99999999999999999999", "10000000000000.01", "-10,000,000,000,000.01", "18446744073709551616.00"] {
            assert_eq!(read(text, "GBP", form), Err(MoneyError::TooLarge), "{text} in {form:?}");
        }
    }
}

#[test]
fn a_file_in_one_form_is_not_read_in_the_other() {
    let strictly = |text, form| Money::parse_strictly(text, currency("EUR"), form).map(Money::minor).ok();
    for (text, point, comma) in [
        ("2.500", Some(250), Some(250_000)),
        ("1,234", Some(123_400), None),
        ("2,50", None, Some(250)),
        ("12.50", Some(1_250), None),
        ("12", Some(1_200), Some(1_200)),
    ] {
        assert_eq!((strictly(text, Point), strictly(text, Comma)), (point, comma), "{text}");
    }
}

#[test]
fn machine_text_is_digits_with_at_most_one_point() {
    let plain = |text| Money::parse_plain(text, currency("GBP")).map(Money::minor).ok();
    for (text, minor) in [("12.50", 1_250), ("-3", -300), ("2.500", 250), ("25.000", 2_500), ("1234567.8", 123_456_780), (".5", 50)] {
        assert_eq!(plain(text), Some(minor), "{text}");
    }
    for text in ["", "-", ".", "2,50", "1,234.50", "1 234", "١٢", " 1", "+1", "1e3", "0.001", "1.2.3"] {
        assert_eq!(plain(text), None, "{text}");
    }
}

#[test]
fn currencies_do_not_mix_and_overflow_is_an_error() {
    let gbp = currency("GBP");
    assert!(Money::zero(gbp).checked_add(Money::zero(currency("EUR"))).is_err());
    let most = Money::try_new(Money::MAX_MINOR, gbp).unwrap();
    assert_eq!(most.checked_add(Money::try_new(1, gbp).unwrap()), Err(MoneyError::TooLarge));
    assert_eq!(most.negated().checked_sub(most), Err(MoneyError::TooLarge));
    assert!(Money::try_new(i64::MIN, gbp).is_err());
}

#[test]
fn no_amount_past_the_largest_comes_in_from_outside() {
    for minor in [i64::MIN, i64::MAX, Money::MAX_MINOR + 1] {
        assert!(serde_json::from_str::<Money>(&format!(r#"{{"minor":{minor},"currency":"GBP"}}"#)).is_err(), "{minor}");
        let bytes = minicbor::to_vec(Money { minor, currency: currency("GBP") }).unwrap();
        assert!(minicbor::decode::<Money>(&bytes).is_err(), "{minor}");
    }
    let most = Money::try_new(-Money::MAX_MINOR, currency("GBP")).unwrap();
    assert_eq!(minicbor::decode::<Money>(&minicbor::to_vec(most).unwrap()).unwrap(), most);
    assert_eq!(serde_json::from_str::<Money>(&serde_json::to_string(&most).unwrap()).unwrap(), most);
}

#[test]
fn each_currency_has_its_own_decimals() {
    let show = |minor, code| Money::try_new(minor, currency(code)).unwrap().decimal();
    assert_eq!(show(-5, "GBP"), "-0.05");
    assert_eq!(show(1500, "JPY"), "1500");
    assert_eq!(show(1500, "KWD"), "1.500");
}

#[test]
fn an_amount_is_written_as_the_people_of_the_place_write_it() {
    let written = |minor, code, form| Money::try_new(minor, currency(code)).unwrap().written(form);
    assert_eq!((written(123_450, "EUR", Point), written(123_450, "EUR", Comma)), ("1,234.50".to_owned(), "1.234,50".to_owned()));
    assert_eq!((written(-5, "EUR", Comma), written(-100_000_000, "JPY", Comma)), ("-0,05".to_owned(), "-100.000.000".to_owned()));
    assert_eq!((written(0, "GBP", Point), written(99_999, "GBP", Point)), ("0.00".to_owned(), "999.99".to_owned()));
}

fn any_currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(vec!["GBP", "JPY", "KWD", "CLF"]).prop_map(currency)
}

proptest! {
    #[test]
    fn what_is_written_reads_back_the_same(minor in -Money::MAX_MINOR..=Money::MAX_MINOR, scale in 0_u32..15, currency in any_currency(), comma: bool) {
        let form = if comma { Comma } else { Point };
        let amount = Money::try_new(minor / 10_i64.pow(scale), currency).unwrap();
        prop_assert_eq!(Money::parse(&amount.written(form), currency, form).unwrap(), amount);
        prop_assert_eq!(Money::parse_strictly(&amount.written(form), currency, form).unwrap(), amount);
        prop_assert_eq!(Money::parse_plain(&amount.decimal(), currency).unwrap(), amount);
    }

    #[test]
    fn no_text_is_two_amounts_unless_one_of_the_shops_asks(text in "-?[0-9]{0,4}([., '٫٬]?[0-9]{1,4}){0,3}[.,]?", currency in any_currency()) {
        let [point, comma] = [Point, Comma].map(|form| Money::parse(&text, currency, form));
        if let (Ok(point), Ok(comma)) = (&point, &comma) {
            // In a currency of three decimals the shop's form is the answer.
            prop_assert!(point == comma || currency.digits() == 3, "{} is {:?} and {:?}", text, point, comma);
        }
        for (form, read) in [(Point, point), (Comma, comma)] {
            if let (Ok(read), Ok(strictly)) = (read, Money::parse_strictly(&text, currency, form)) {
                prop_assert_eq!(read, strictly, "{} in {:?}", text, form);
            }
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text: String, currency in any_currency(), comma: bool) {
        let _ = Money::parse(&text, currency, if comma { Comma } else { Point });
    }
}
