use crate::world::{Server, Shop, each, money};
use duka_api::till::{AddProduct, ChangeLine, LineChange, Scan, Scanned, Tender};
use duka_core::{ErrorCode, Quantity, ReceiptId, Unit};
use duka_pos::{BasketError, SaleError, SaleLineInput};
use duka_pricing::Discount;

fn change(line: u32, change: LineChange) -> ChangeLine {
    ChangeLine { line, change }
}

#[test]
fn a_sale_posts_takes_stock_and_gives_change() {
    let mut shop = Shop::open(&Server::new(), "A1");
    for code in ["8714100791325", "8714100791325", "M1", "s1"] {
        shop.scan(code);
    }
    let basket = shop.till().basket().unwrap();
    let lines: Vec<_> = basket.lines.iter().map(|line| (line.name.as_str(), line.quantity, line.gross)).collect();
    assert_eq!(lines, [("Tea", each(2), money(590)), ("Milk", each(1), money(120)), ("Soap", each(1), money(199))]);
    assert_eq!((basket.gross, basket.tax, basket.current), (money(909), money(98 + 33), Some(3)));
    let done = shop.pay(Some(1_000));
    assert_eq!((done.number.as_str(), done.gross, done.change), ("A1-000001", money(909), money(91)));
    assert!(done.basket.lines.is_empty() && done.basket.receipt != done.receipt);
    assert_eq!((shop.stock("T1"), shop.stock("M1")), (-2_000, -1_000));
    shop.assert_balanced();
    let balances = shop.till().reader().account_balances().unwrap();
    let balance = |account: &str| balances.iter().find(|row| row.account.to_string().starts_with(account)).map(|row| row.balance);
    assert_eq!((balance("drawer"), balance("sales"), balance("tax:200000")), (Some(10_909), Some(-778), Some(-131)));
    shop.assert_rebuilds();
}

#[test]
fn paying_twice_is_paying_once() {
    let mut shop = Shop::open(&Server::new(), "A1");
    shop.scan("T1");
    let receipt = shop.till().basket().unwrap().receipt;
    let tender = Tender { receipt, tendered: Some(money(500)), shown: money(295) };
    let first = shop.till().sale_complete(&tender).unwrap();
    shop.scan("M1");
    let second = shop.till().sale_complete(&tender).unwrap();
    assert_eq!((second.number.clone(), second.change, second.receipt), (first.number, first.change, first.receipt));
    assert_eq!(second.basket.lines.len(), 1);
    let other = Tender { receipt, tendered: Some(money(600)), shown: money(295) };
    assert_eq!(shop.till().sale_complete(&other), Err(SaleError::Conflict(receipt)));
    let unknown = Tender { receipt: ReceiptId::from_bytes([9; 16]), tendered: None, shown: money(295) };
    assert!(matches!(shop.till().sale_complete(&unknown), Err(SaleError::Conflict(_))));
    assert_eq!(shop.till().reader().heads().unwrap().len(), 2);
    assert_eq!(shop.stock("T1"), -1_000);
}

#[test]
fn what_cannot_be_sold_leaves_the_basket_as_it_was() {
    let mut shop = Shop::open(&Server::new(), "A1");
    shop.scan("T1");
    let before = shop.till().basket().unwrap();
    let refused = [
        LineChange::Quantity(each(0)),
        LineChange::Quantity(each(-1)),
        LineChange::Quantity(each(1_000_000_000_000)),
        LineChange::Quantity(Quantity::whole(1, Unit::Kilogram).unwrap()),
        LineChange::Discount(Discount::Ppm(1_000_001)),
        LineChange::Discount(Discount::Amount(money(296))),
        LineChange::Note("x".repeat(201)),
    ];
    for wrong in refused {
        let fault = shop.till().basket_change(&change(1, wrong.clone())).unwrap_err();
        let problem = duka_api::Problem::from(fault);
        assert_eq!(problem.code, ErrorCode::InvalidInput, "{wrong:?}");
        assert_eq!(shop.till().basket().unwrap(), before);
    }
    assert_eq!(shop.till().basket_change(&change(2, LineChange::Remove)), Err(BasketError::NoLine(2)));
    let low = Tender { receipt: before.receipt, tendered: Some(money(294)), shown: money(295) };
    let problem = duka_api::Problem::from(shop.till().sale_complete(&low).unwrap_err());
    assert_eq!(problem.code, ErrorCode::TenderTooLow);
    assert_eq!(shop.till().basket().unwrap(), before);
}

#[test]
fn lines_are_changed_discounted_noted_and_removed() {
    let mut shop = Shop::open(&Server::new(), "A1");
    shop.scan("T1");
    shop.scan("M1");
    let till = shop.till();
    till.basket_change(&change(1, LineChange::Quantity(each(3)))).unwrap();
    till.basket_change(&change(1, LineChange::Discount(Discount::Ppm(100_000)))).unwrap();
    let basket = till.basket_change(&change(1, LineChange::Note(" gift ".into()))).unwrap();
    let line = &basket.lines[0];
    assert_eq!((line.gross, line.discount_amount, line.note.as_str()), (money(885 - 89), money(89), "gift"));
    assert_eq!(basket.discount, money(89));
    assert_eq!(till.basket_change(&change(2, LineChange::Remove)).unwrap().lines.len(), 1);
    let scanned = shop.scan("T1");
    let Scanned::Added { basket } = scanned else { panic!("{scanned:?}") };
    assert_eq!(basket.lines.len(), 2, "a discounted line does not grow");
}

#[test]
fn a_code_that_finds_nothing_says_why() {
    let mut shop = Shop::open(&Server::new(), "A1");
    assert_eq!(shop.scan("073416510708"), Scanned::Unknown { code: "0073416510708".into() });
    assert_eq!(shop.scan("0073416510709"), Scanned::Misread { code: "0073416510709".into() });
    assert_eq!(shop.scan("ä b"), Scanned::Unknown { code: "ä b".into() });
    let tea = shop.id("T1");
    let product = shop.till().reader().product_list(&Default::default()).unwrap().rows.into_iter().find(|p| p.product == tea).unwrap();
    let mut off = product.fields.clone();
    off.active = false;
    shop.till().product_save(&duka_api::till::SaveProduct { product: Some(tea), before: Some(product.fields), fields: off }).unwrap();
    assert_eq!(shop.scan("8714100791325"), Scanned::Inactive { name: "Tea".into() });
    assert!(shop.till().basket().unwrap().lines.is_empty());
}

#[test]
fn nothing_is_sold_without_a_shift_a_line_or_a_company() {
    let server = Server::new();
    let mut shop = Shop::enrolled(&server, "A1");
    shop.product("Tea", "T1", 295, 0, "");
    shop.scan("T1");
    let receipt = shop.till().basket().unwrap().receipt;
    let tender = Tender { receipt, tendered: None, shown: money(295) };
    assert_eq!(shop.till().sale_complete(&tender), Err(SaleError::NoShift));
    assert_eq!(shop.till().basket().unwrap().lines.len(), 1);
    let mut open = Shop::open(&server, "B1");
    let receipt = open.till().basket().unwrap().receipt;
    assert_eq!(open.till().sale_complete(&Tender { receipt, tendered: None, shown: money(0) }), Err(SaleError::Empty));
    let mut alone = Shop::fresh(1);
    let fault = alone.till().sale_complete(&tender).unwrap_err();
    assert_eq!(duka_api::Problem::from(fault).code, ErrorCode::NotEnrolled);
    assert_eq!(alone.till().basket_scan(&Scan { code: "1".into() }), Ok(Scanned::Unknown { code: "1".into() }));
    assert!(alone.till().state().unwrap().basket.is_none());
}

#[test]
fn a_ready_invoice_of_many_lines_is_one_sale_like_any_other() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let (tea, milk) = (shop.id("T1"), shop.id("M1"));
    let lines: Vec<SaleLineInput> = (0..1_200)
        .map(|n| SaleLineInput {
            product: if n % 2 == 0 { tea } else { milk },
            quantity: each(n % 7 + 1),
            unit_price: money(n + 1),
            discount: Discount::None,
            note: None,
        })
        .collect();
    let receipt = ReceiptId::from_bytes([8; 16]);
    let done = shop.till().sale_complete_lines(receipt, &lines).unwrap();
    let gross: i64 = (0..1_200).map(|n| (n % 7 + 1) * (n + 1)).sum();
    assert_eq!((done.gross, done.number.as_str()), (money(gross), "A1-000001"));
    assert_eq!(shop.till().sale_complete_lines(receipt, &lines).unwrap().number, done.number);
    assert_eq!(shop.till().sale_complete_lines(receipt, &lines[1..]), Err(SaleError::Conflict(receipt)));
    shop.assert_balanced();
    shop.assert_rebuilds();
    let queue = shop.till().print_next().unwrap().unwrap();
    assert!(queue.1.blocks.len() > 1_200);
}

#[test]
fn numbers_go_on_without_a_gap_after_a_restart_and_after_what_failed() {
    let mut shop = Shop::open(&Server::new(), "A1");
    assert_eq!(shop.sell(&["T1"]).number, "A1-000001");
    shop.scan("T1");
    let receipt = shop.till().basket().unwrap().receipt;
    shop.till().sale_complete(&Tender { receipt, tendered: Some(money(1)), shown: money(295) }).unwrap_err();
    shop.reopen();
    assert_eq!(shop.sell(&["M1"]).number, "A1-000002");
    assert_eq!(shop.sell(&["M1", "T1"]).number, "A1-000003");
}

#[test]
fn a_basket_that_is_given_up_is_noted_and_sells_nothing() {
    let mut shop = Shop::open(&Server::new(), "A1");
    shop.scan("T1");
    let before = shop.till().basket().unwrap().receipt;
    let next = shop.till().basket_abort().unwrap();
    assert!(next.lines.is_empty() && next.receipt != before);
    shop.till().basket_abort().unwrap();
    assert_eq!(shop.till().reader().shift_report().unwrap().aborted, 1);
    assert_eq!(shop.stock("T1"), 0);
}

/// A scan that came while the cashier took the money is not paid unseen.
#[test]
fn a_sum_that_nobody_saw_is_not_paid() {
    let mut shop = Shop::open(&Server::new(), "A1");
    shop.scan("T1");
    let shown = shop.till().basket().unwrap();
    shop.scan("M1");
    let tender = Tender { receipt: shown.receipt, tendered: None, shown: shown.gross };
    let fault = shop.till().sale_complete(&tender).unwrap_err();
    assert_eq!(fault, SaleError::Changed { shown: money(295), gross: money(415) });
    assert_eq!(duka_api::Problem::from(fault).code, ErrorCode::Conflict);
    assert_eq!(shop.till().basket().unwrap().lines.len(), 2);
    assert_eq!(shop.pay(None).gross, money(415));
}

#[test]
fn a_basket_is_there_again_after_a_crash_but_not_once_it_was_paid_or_given_up() {
    let mut shop = Shop::open(&Server::new(), "A1");
    shop.scan("T1");
    shop.scan("T1");
    shop.till().basket_change(&change(1, LineChange::Note("for Ali \u{202e}أحمد".into()))).unwrap();
    let before = shop.till().basket().unwrap();
    shop.till().keep_basket().unwrap();
    shop.reopen();
    assert_eq!(shop.till().basket().unwrap(), before);

    shop.scan("M1");
    shop.till().keep_basket().unwrap();
    shop.pay(None);
    shop.reopen();
    assert!(shop.till().basket().unwrap().lines.is_empty());

    shop.scan("M1");
    shop.till().keep_basket().unwrap();
    shop.till().basket_abort().unwrap();
    shop.reopen();
    assert!(shop.till().basket().unwrap().lines.is_empty());
    assert_eq!(shop.till().reader().shift_report().unwrap().aborted, 1);
}

#[test]
fn what_can_be_scanned_can_be_paid() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let name = "茶".repeat(200);
    let product = shop.product(&name, "LONG", 1, 0, "").product;
    let mut lines = 0;
    let full = loop {
        // Two products in turn, so that each is a line of its own.
        let added = shop.till().basket_add(&AddProduct { product, quantity: None });
        match added.and_then(|_| shop.till().basket_change(&change(lines + 1, LineChange::Note("x".repeat(200))))) {
            Ok(_) => lines += 1,
            Err(fault) => break fault,
        }
    };
    assert_eq!(full, BasketError::Full);
    assert!(lines > 500, "{lines}");
    if shop.till().basket().unwrap().lines.len() > lines as usize {
        shop.till().basket_change(&change(lines + 1, LineChange::Remove)).unwrap();
    }
    let done = shop.pay(None);
    assert_eq!(done.gross, money(i64::from(lines)));
    shop.assert_rebuilds();
}
