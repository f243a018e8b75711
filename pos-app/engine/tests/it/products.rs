use crate::world::{Server, Shop, fields, money};
use duka_api::{
    Problem,
    till::{AdjustStock, Product, ProductFields, ProductQuery, ProductSearch, SaveProduct},
};
use duka_core::ErrorCode;

fn find(shop: &mut Shop, text: &str) -> Vec<Product> {
    shop.till().reader().product_search(&ProductSearch { text: text.into(), limit: 20 }).unwrap()
}

fn search(shop: &mut Shop, text: &str) -> Vec<String> {
    find(shop, text).into_iter().map(|product| product.fields.name).collect()
}

#[test]
fn names_of_any_script_are_found_by_how_their_words_begin() {
    let mut shop = Shop::enrolled(&Server::new(), "A1");
    for (code, name) in
        ["Crème Brûlée", "Жареный картофель", "شاي أحمد", "हिन्दी चाय", "抹茶ラテ", "ชาเขียว", "T-LIGHT \"HOLDER\" 50%", "ΚΑΦΈΣ"]
            .iter()
            .enumerate()
    {
        shop.product(name, &format!("C{code}"), 100, 0, "");
    }
    let cases = [
        ("cr br", "Crème Brûlée"),
        ("BRÛ", "Crème Brûlée"),
        ("карт", "Жареный картофель"),
        ("احم", "شاي أحمد"),
        ("चा", "हिन्दी चाय"),
        ("茶", "抹茶ラテ"),
        ("เขียว", "ชาเขียว"),
        ("hold t", "T-LIGHT \"HOLDER\" 50%"),
        ("50", "T-LIGHT \"HOLDER\" 50%"),
        ("καφες", "ΚΑΦΈΣ"),
        ("c7", "ΚΑΦΈΣ"),
    ];
    for (text, name) in cases {
        assert_eq!(search(&mut shop, text), [name], "{text}");
    }
    for text in ["", "\"", "words:*", "zz", "OR", "( AND", "*", "-"] {
        assert!(search(&mut shop, text).is_empty(), "{text}");
    }
    shop.assert_rebuilds();
    assert_eq!(search(&mut shop, "crem"), ["Crème Brûlée"]);
}

#[test]
fn a_barcode_or_code_comes_first_and_the_list_is_by_name() {
    let mut shop = Shop::open(&Server::new(), "A1");
    shop.product("T1 adapter", "X9", 500, 0, "");
    assert_eq!(search(&mut shop, "T1"), ["Tea", "T1 adapter"]);
    assert_eq!(search(&mut shop, "8714100791325"), ["Tea"]);
    for n in 0..60 {
        shop.product(&format!("item {n:03}"), "", 100, 0, "");
    }
    let (mut after, mut names) = (None, Vec::new());
    loop {
        let page = shop.till().reader().product_list(&ProductQuery { after, ..Default::default() }).unwrap();
        names.extend(page.rows.into_iter().map(|product| product.fields.name.to_lowercase()));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!((names.len(), &names), (64, &sorted));
    let found = shop.till().reader().product_list(&ProductQuery { find: "item".into(), ..Default::default() }).unwrap();
    assert_eq!((found.rows.len(), found.next.is_some()), (50, true));
    let rest = shop.till().reader().product_list(&ProductQuery { find: "item".into(), after: found.next, ..Default::default() }).unwrap();
    assert_eq!((rest.rows.len(), rest.next), (10, None));
}

#[test]
fn only_fields_that_differ_from_when_editing_began_are_changed() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let tea = shop.id("T1");
    let before = fields("Tea", "T1", 295, 200_000, "8714100791325");
    let mut dearer = before.clone();
    dearer.price = money(310);
    shop.till().product_save(&SaveProduct { product: Some(tea), before: Some(before.clone()), fields: dearer }).unwrap();
    // Another form was opened before that and changes the name and the barcodes only.
    let mut renamed = before.clone();
    renamed.name = "Black tea".into();
    renamed.barcodes = vec!["96385074".into()];
    let taken = shop.till().product_save(&SaveProduct { product: Some(tea), before: Some(before.clone()), fields: renamed.clone() });
    assert_eq!(Problem::from(taken.unwrap_err()).code, ErrorCode::Conflict, "Milk has this barcode");
    renamed.barcodes = vec!["73513537".into()];
    let saved = shop.till().product_save(&SaveProduct { product: Some(tea), before: Some(before), fields: renamed }).unwrap();
    assert_eq!((saved.fields.price, saved.fields.name.as_str()), (money(310), "Black tea"));
    assert_eq!(saved.fields.barcodes, ["73513537"]);
    assert_eq!(search(&mut shop, "black"), ["Black tea"]);
    assert!(matches!(shop.scan("73513537"), duka_api::till::Scanned::Added { .. }));
    assert!(matches!(shop.scan("8714100791325"), duka_api::till::Scanned::Unknown { .. }));
    shop.assert_rebuilds();
}

#[test]
fn what_is_no_product_is_refused_with_its_reason() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let good = fields("Jam", "J1", 100, 0, "");
    let wrong = [
        (fields(" ", "", 1, 0, ""), ErrorCode::InvalidInput),
        (fields("x", "", -1, 0, ""), ErrorCode::InvalidInput),
        (fields("x", "a b", 1, 0, ""), ErrorCode::InvalidInput),
        (fields("x", "", 1, 0, "0073416510709"), ErrorCode::WrongCheckDigit),
        (fields("x", "T1", 1, 0, ""), ErrorCode::Conflict),
        (fields("x", "", 1, 0, "8714100791325"), ErrorCode::Conflict),
    ];
    let facts = shop.till().reader().unsynced().unwrap();
    for (fields, code) in wrong {
        let save = SaveProduct { product: None, before: None, fields };
        assert_eq!(Problem::from(shop.till().product_save(&save).unwrap_err()).code, code, "{save:?}");
    }
    assert_eq!(shop.till().reader().unsynced().unwrap(), facts);
    let id = shop.till().product_save(&SaveProduct { product: None, before: None, fields: good.clone() }).unwrap().product;
    shop.till().product_save(&SaveProduct { product: Some(id), before: Some(good.clone()), fields: good }).unwrap();
    assert_eq!(shop.till().reader().unsynced().unwrap().facts, facts.facts + 1, "an edit that says nothing is no fact");
}

#[test]
fn the_exact_word_comes_before_longer_ones_however_many_there_are() {
    let mut shop = Shop::open(&Server::new(), "A1");
    for n in 0..60 {
        shop.product(&format!("Team shirt {n}"), "", 100, 0, "");
    }
    shop.product("Green tea", "", 100, 0, "");
    let names = search(&mut shop, "tea");
    assert_eq!(names[..2], ["Tea".to_owned(), "Green tea".to_owned()], "{names:?}");
    assert!(names.len() > 2, "longer words follow");
}

#[test]
fn a_long_name_in_a_script_without_spaces_is_found_by_its_last_letters() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let name = format!("{}牛奶巧克力", "特级有机茶叶礼盒".repeat(6));
    shop.product(&name, "", 100, 0, "");
    assert_eq!(find(&mut shop, "巧克力").len(), 1);
}

/// A product that was sold by the piece and is now weighed has two stocks that say nothing of each other.
#[test]
fn stock_counted_in_another_unit_is_told_apart() {
    let mut shop = Shop::open(&Server::new(), "A1");
    shop.sell(&["T1", "T1"]);
    let tea = find(&mut shop, "T1").remove(0);
    let kilos = ProductFields { unit: duka_core::Unit::Kilogram, ..tea.fields.clone() };
    let save = SaveProduct { product: Some(tea.product), before: Some(tea.fields), fields: kilos };
    let tea = shop.till().product_save(&save).unwrap();
    assert_eq!(
        (tea.stock.to_string(), tea.other_stock.iter().map(ToString::to_string).collect::<Vec<_>>()),
        ("0 kg".into(), vec!["-2".into()])
    );
    let received = duka_core::Quantity::try_new(1_500, duka_core::Unit::Kilogram).unwrap();
    let adjust =
        AdjustStock { product: tea.product, quantity: received, reason: duka_api::till::StockReason::Received, note: String::new() };
    let tea = shop.till().stock_adjust(&adjust).unwrap();
    assert_eq!((tea.stock.to_string(), tea.other_stock.len()), ("1.5 kg".into(), 1));
    shop.assert_rebuilds();
}

/// Eight digits may be an EAN-8 or a UPC-E: a package that scanners read in two ways is one product.
#[test]
fn a_upc_e_is_found_and_taken_in_its_short_and_in_its_long_form() {
    const FORMS: [&str; 2] = ["01234565", "012345000065"];
    for [entered, read] in [FORMS, [FORMS[1], FORMS[0]]] {
        let mut shop = Shop::open(&Server::new(), "A1");
        shop.product("Gum", "G1", 80, 0, entered);
        assert!(matches!(shop.scan(read), duka_api::till::Scanned::Added { .. }), "{read}");
        assert_eq!(search(&mut shop, read), ["Gum"]);
        let listed = shop.till().reader().product_list(&ProductQuery { find: read.into(), ..Default::default() }).unwrap();
        assert_eq!(listed.rows.into_iter().map(|product| product.fields.name).collect::<Vec<_>>(), ["Gum"], "{read}");
        let again = SaveProduct { product: None, before: None, fields: fields("Gum again", "G2", 80, 0, read) };
        assert_eq!(Problem::from(shop.till().product_save(&again).unwrap_err()).code, ErrorCode::Conflict, "{read}");
    }
}

#[test]
fn a_product_whose_stock_passes_what_one_quantity_holds_is_found_all_the_same() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let tea = find(&mut shop, "T1").remove(0);
    let most = duka_core::Quantity::try_new(duka_core::Quantity::MAX_THOUSANDTHS, duka_core::Unit::Each).unwrap();
    let adjust = AdjustStock { product: tea.product, quantity: most, reason: duka_api::till::StockReason::Received, note: String::new() };
    for _ in 0..2 {
        assert_eq!(shop.till().stock_adjust(&adjust).unwrap().stock, most);
    }
    assert_eq!(find(&mut shop, "T1")[0].stock, most, "the most is shown");
    shop.sell(&["T1"]);
}
