use crate::csv::{FileFaults, FileForm, ProductFile, Reading, Refusal, parse_products};
use duka_core::{Currency, Money, NumberForm, Quantity, Unit};
use {
    FileForm::{Chosen, Shop, Unknown},
    NumberForm::{Comma, Point},
};

const EITHER_SHOP: [FileForm; 2] = [Shop(Point), Shop(Comma)];

fn read_in(code: &str, file: &str, form: FileForm) -> Result<ProductFile, Refusal> {
    parse_products(file.as_bytes(), Currency::try_new(code).unwrap(), form)
}

fn read(file: &str, form: FileForm) -> Result<ProductFile, Refusal> {
    read_in("EUR", file, form)
}

fn prices(file: Result<ProductFile, Refusal>) -> Vec<i64> {
    file.unwrap().rows.iter().map(|row| row.product.price.minor()).collect()
}

fn faults(file: Result<ProductFile, Refusal>) -> Vec<(u64, String, String)> {
    let Err(Refusal::Faults(FileFaults { first, .. })) = file else { panic!("{file:?}") };
    first.into_iter().map(|fault| (fault.row, fault.column, fault.detail)).collect()
}

/// A file with one price a row.
fn priced(cells: &[&str]) -> String {
    let rows: String = (0..).zip(cells).map(|(number, price)| format!("T{number};T{number};{price}\n")).collect();
    format!("code;name;price\n{rows}")
}

#[test]
fn one_cell_that_can_be_read_in_one_way_only_says_it_for_the_whole_file() {
    for shop in EITHER_SHOP {
        assert_eq!(prices(read(&priced(&["2.500", "25.000", "3,50"]), shop)), [250_000, 2_500_000, 350]);
        assert_eq!(prices(read(&priced(&["2.500", "25.000", "3.50"]), shop)), [250, 2_500, 350]);
        assert_eq!(prices(read(&priced(&["1,234", "0.500"]), shop)), [123_400, 50]);
        assert_eq!(prices(read(&priced(&["5", "1 234", "1'234"]), shop)), [500, 123_400, 123_400]);
    }
}

#[test]
fn a_stock_or_a_tax_rate_tells_how_the_prices_are_written() {
    for shop in EITHER_SHOP {
        assert_eq!(prices(read("code;name;price;stock\nA;Tea;2.500;3,5\n", shop)), [250_000]);
        assert_eq!(prices(read("code;name;price;tax\nA;Tea;2.500;5.5 %\n", shop)), [250]);
        assert_eq!(prices(read("code;name;price;tax\nA;Tea;2.500;8,875\n", shop)), [250_000]);
    }
}

#[test]
fn a_file_that_does_not_tell_how_its_amounts_are_written_is_a_question_and_the_answer_is_kept_to() {
    let file = priced(&["12", "2.500", "25.000"]);
    for shop in EITHER_SHOP {
        let Err(Refusal::AskNumberForm(question)) = read(&file, shop) else { panic!() };
        let amount = |minor| Reading::Amount(Money::try_new(minor, Currency::try_new("EUR").unwrap()).unwrap());
        assert_eq!((question.row, question.column.as_str(), question.text.as_str()), (3, "price", "2.500"));
        assert_eq!(question.readings, [amount(250), amount(250_000)]);
        assert_eq!(
            Refusal::from(question).into_faults().first[0].detail,
            "'2.500' could be 2.50 or 2,500.00; are numbers in this file written as in 1,234.50 or as in 1.234,50?"
        );
    }
    assert_eq!(prices(read(&file, Chosen(Point))), [1_200, 250, 2_500]);
    assert_eq!(prices(read(&file, Chosen(Comma))), [1_200, 250_000, 2_500_000]);
}

#[test]
fn a_stock_in_doubt_is_asked_in_its_unit() {
    let file = "code;name;price;stock;unit\nA;Flour;3;1,500;kg\n";
    let Err(Refusal::AskNumberForm(question)) = read(file, Shop(Point)) else { panic!() };
    let kilos = |thousandths| Reading::Quantity(Quantity::try_new(thousandths, Unit::Kilogram).unwrap());
    assert_eq!((question.column.as_str(), question.readings), ("stock", [kilos(1_500_000), kilos(1_500)]));
    assert_eq!(read(file, Shop(Comma)).unwrap().rows[0].stock.unwrap().thousandths(), 1_500);
}

#[test]
fn cells_that_contradict_each_other_are_faults_that_name_both_rows() {
    for shop in EITHER_SHOP {
        let found = faults(read(&priced(&["12.50", "2", "2,50", "1,234.5", "1.234.567"]), shop));
        let detail =
            |text| format!("'{text}' is written as in 1.234,50, but '12.50' in row 2 as in 1,234.50; write all numbers of a file alike");
        assert_eq!(
            found,
            [(4, "price".to_owned(), detail("2,50")), (6, "price".to_owned(), detail("1.234.567"))],
            "the first cell is right until a person says otherwise"
        );
    }
    let found = faults(read(&priced(&["12.50", "2,50"]), Chosen(Comma)));
    assert_eq!(
        found,
        [(2, "price".to_owned(), "'12.50' is written as in 1,234.50, not as in 1.234,50 as was said of this file".to_owned())]
    );
}

#[test]
fn a_price_with_more_decimals_than_there_are_is_a_fault_and_not_a_thousand_times_as_much() {
    for shop in EITHER_SHOP {
        assert_eq!(faults(read(&priced(&["2,50", "1,459"]), shop))[0].0, 3);
        assert!(matches!(read(&priced(&["1,459"]), shop), Err(Refusal::AskNumberForm(_))));
    }
    assert_eq!(faults(read(&priced(&["1,459"]), Chosen(Comma)))[0].2, "'1,459' has more than 2 decimals");
}

#[test]
fn a_currency_without_decimals_or_with_three_needs_no_question_where_it_leaves_no_doubt() {
    for shop in EITHER_SHOP {
        assert_eq!(prices(read_in("JPY", &priced(&["2,500", "3,000"]), shop)), [2_500, 3_000]);
    }
    assert_eq!(prices(read_in("JPY", &priced(&["3,000"]), Shop(Point))), [3_000]);
    assert!(matches!(read_in("JPY", &priced(&["3,000"]), Shop(Comma)), Err(Refusal::AskNumberForm(_))));
    assert_eq!(prices(read_in("KWD", &priced(&["1.500"]), Shop(Point))), [1_500]);
    assert_eq!(prices(read_in("KWD", &priced(&["1.500", "0,250"]), Shop(Point))), [1_500_000, 250]);
}

#[test]
fn what_is_no_number_does_not_say_how_the_others_are_written() {
    let found = faults(read(&priced(&["1.2.3", "x", "2,50"]), Shop(Point)));
    assert_eq!(found.iter().map(|fault| fault.0).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(found[0].2, "'1.2.3' is not an amount; write it like 12,50");
    // A row that is broken apart says nothing either.
    assert_eq!(faults(read("code,name,price\nA,Tea,2,50\nB,Milk,1.50\n", Shop(Comma))).len(), 1);
}

#[test]
fn a_price_may_carry_its_currency() {
    for text in ["£2.55", "2.55 GBP", "GBP 2.55", " 2.5500 ", "\u{200E}£\u{A0}2.55\u{200E}", "2,55 £", "٢٫٥٥ £"] {
        assert_eq!(prices(read_in("GBP", &priced(&[text, "9"]), Shop(Point)))[0], 255, "{text}");
    }
    for text in ["€2.55", "1e5", "£", "99999999999999999", "2.5559"] {
        assert_eq!(faults(read_in("GBP", &priced(&[text]), Shop(Point))).len(), 1, "{text}");
    }
}

#[test]
fn where_nothing_is_known_of_a_file_whatever_could_be_two_numbers_is_asked() {
    let euros = |minor| Reading::Amount(Money::try_new(minor, Currency::try_new("EUR").unwrap()).unwrap());
    for (cell, readings) in [("2.500", [250, 250_000]), ("2,500", [250_000, 250])] {
        let Err(Refusal::AskNumberForm(question)) = read(&priced(&["12", cell]), Unknown) else { panic!("{cell}") };
        assert_eq!((question.row, question.readings), (3, readings.map(euros)));
    }
    // Where a shop's form would have settled it.
    for (currency, cell) in [("JPY", "3,000"), ("JPY", "3.000"), ("KWD", "1.500"), ("KWD", "1,500")] {
        assert!(matches!(read_in(currency, &priced(&[cell]), Unknown), Err(Refusal::AskNumberForm(_))), "{currency} {cell}");
    }
    let stock = "code;name;price;stock;unit\nA;Flour;3;1,500;kg\n";
    assert!(matches!(read(stock, Unknown), Err(Refusal::AskNumberForm(_))));
    assert_eq!(prices(read(&priced(&["2.500", "3,50"]), Unknown)), [250_000, 350], "another row tells");
    assert_eq!(prices(read(&priced(&["2.50", "12"]), Unknown)), [250, 1_200]);
}
