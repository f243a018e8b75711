use crate::world::{Server, Shop, each, money};
use duka_api::{
    Problem,
    till::{ChangeLine, LineChange, ReceiptQuery, ReceiptRef, Refund, RefundLines, RefundedLine, UnlinkedLine},
};
use duka_core::{ErrorCode, ReceiptId};
use duka_pricing::Discount;

fn of(receipt: ReceiptId, refund: u8, lines: &[(u32, i64)]) -> Refund {
    let lines = lines.iter().map(|(line, count)| RefundedLine { line: *line, quantity: each(*count) }).collect();
    Refund { refund: ReceiptId::from_bytes([refund; 16]), lines: RefundLines::Receipt { receipt, lines }, reason: String::new() }
}

/// Three teas with a pound off each line, so that thirds do not come out even.
fn sold(shop: &mut Shop) -> ReceiptId {
    shop.scan("T1");
    let till = shop.till();
    till.basket_change(&ChangeLine { line: 1, change: LineChange::Quantity(each(3)) }).unwrap();
    till.basket_change(&ChangeLine { line: 1, change: LineChange::Discount(Discount::Amount(money(785))) }).unwrap();
    shop.scan("M1");
    shop.pay(None).receipt
}

#[test]
fn parts_of_a_line_give_back_exactly_what_was_paid_and_no_more() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let receipt = sold(&mut shop);
    let parts: Vec<_> = (1..=3).map(|n| shop.till().refund_complete(&of(receipt, n, &[(1, 1)])).unwrap().gross.minor()).collect();
    assert_eq!(parts, [33, 34, 33]);
    let fault = shop.till().refund_complete(&of(receipt, 4, &[(1, 1)])).unwrap_err();
    assert_eq!(Problem::from(fault).code, ErrorCode::AlreadyRefunded);
    let before = shop.till().reader().receipt_get(&ReceiptRef { receipt }).unwrap();
    assert_eq!((before.lines[0].refunded, before.lines[1].refunded, before.summary.refunded), (each(3), each(0), false));
    shop.till().refund_complete(&of(receipt, 5, &[(2, 1)])).unwrap();
    assert!(shop.till().reader().receipt_get(&ReceiptRef { receipt }).unwrap().summary.refunded);
    assert_eq!((shop.stock("T1"), shop.stock("M1")), (0, 0));
    let drawer = shop.till().reader().account_balances().unwrap();
    assert!(
        drawer.iter().all(|row| row.account.to_string().starts_with("drawer") || row.account == duka_ledger::Account::Safe),
        "{drawer:?}"
    );
    shop.assert_rebuilds();
}

#[test]
fn refunding_twice_is_refunding_once() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let receipt = sold(&mut shop);
    let first = shop.till().refund_complete(&of(receipt, 1, &[(1, 2)])).unwrap();
    assert_eq!(first.number, "A1-000002");
    assert_eq!(shop.till().refund_complete(&of(receipt, 1, &[(1, 2)])).unwrap(), first);
    let other = shop.till().refund_complete(&of(receipt, 1, &[(1, 1)])).unwrap_err();
    assert_eq!(Problem::from(other).code, ErrorCode::Conflict);
    shop.reopen();
    let again = shop.till().refund_complete(&of(receipt, 1, &[(1, 2)])).unwrap();
    assert_eq!((again.number, again.gross), (first.number, first.gross));
}

#[test]
fn a_refund_that_makes_no_sense_is_refused_by_name() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let receipt = sold(&mut shop);
    let refund = shop.till().refund_complete(&of(receipt, 1, &[(2, 1)])).unwrap().receipt;
    let cases = [
        (of(refund, 2, &[(1, 1)]), ErrorCode::Conflict),
        (of(receipt, 2, &[(3, 1)]), ErrorCode::NotFound),
        (of(receipt, 2, &[(1, 0)]), ErrorCode::InvalidInput),
        (of(receipt, 2, &[(1, -1)]), ErrorCode::InvalidInput),
        (of(receipt, 2, &[(1, 4)]), ErrorCode::AlreadyRefunded),
        (of(receipt, 2, &[(1, 1), (1, 1)]), ErrorCode::InvalidInput),
        (of(receipt, 2, &[]), ErrorCode::InvalidInput),
        (of(ReceiptId::from_bytes([7; 16]), 2, &[(1, 1)]), ErrorCode::NotFound),
    ];
    let heads = shop.till().reader().heads().unwrap();
    for (refund, code) in cases {
        assert_eq!(Problem::from(shop.till().refund_complete(&refund).unwrap_err()).code, code, "{refund:?}");
    }
    assert_eq!(shop.till().reader().heads().unwrap(), heads);
}

#[test]
fn goods_without_a_receipt_need_a_reason() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let line = UnlinkedLine { product: shop.id("T1"), quantity: each(2), unit_price: None };
    let at = UnlinkedLine { unit_price: Some(money(100)), ..line };
    let mut refund =
        Refund { refund: ReceiptId::from_bytes([1; 16]), lines: RefundLines::Unlinked { lines: vec![line, at] }, reason: " ".into() };
    assert_eq!(Problem::from(shop.till().refund_complete(&refund).unwrap_err()).code, ErrorCode::InvalidInput);
    refund.reason = "broken".into();
    let done = shop.till().refund_complete(&refund).unwrap();
    assert_eq!((done.gross, done.number.as_str()), (money(790), "A1-000001"));
    assert_eq!(shop.till().refund_complete(&refund).unwrap(), done);
    assert_eq!(shop.stock("T1"), 4_000);
    let receipt = shop.till().reader().receipt_get(&ReceiptRef { receipt: done.receipt }).unwrap();
    assert_eq!((receipt.reason.as_str(), receipt.change), ("broken", money(0)));
    shop.assert_balanced();
}

#[test]
fn the_id_of_the_basket_may_name_a_refund_and_the_basket_keeps_its_lines() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let receipt = sold(&mut shop);
    shop.scan("S1");
    let id = shop.till().basket().unwrap().receipt;
    let done = shop.till().refund_complete(&Refund { refund: id, ..of(receipt, 0, &[(2, 1)]) }).unwrap();
    assert!(done.basket.receipt != id && done.basket.lines.len() == 1);
    assert_eq!(shop.pay(None).number, "A1-000003");
}

#[test]
fn receipts_are_found_by_number_digits_and_signed_code() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let receipt = sold(&mut shop);
    shop.sell(&["M1"]);
    let find = |shop: &mut Shop, find: &str| shop.till().reader().receipt_list(&ReceiptQuery { find: find.into(), after: None });
    let all = find(&mut shop, "").unwrap();
    assert_eq!(all.rows.iter().map(|row| row.number.as_str()).collect::<Vec<_>>(), ["A1-000002", "A1-000001"]);
    assert_eq!((all.rows[1].lines, all.rows[1].gross), (2, money(220)));
    for text in ["A1-000001", "a1-1", "1", " 000001 "] {
        let rows = find(&mut shop, text).unwrap().rows;
        assert_eq!(rows.iter().map(|row| row.receipt).collect::<Vec<_>>(), [receipt], "{text}");
    }
    assert!(find(&mut shop, "99").unwrap().rows.is_empty() && find(&mut shop, "what").unwrap().rows.is_empty());
    let (_, paper) = shop.till().print_next().unwrap().unwrap();
    let code = paper.blocks.iter().find_map(|block| match block {
        duka_api::print::Block::Qr { data } => Some(data.clone()),
        _ => None,
    });
    let code = code.unwrap();
    assert_eq!(find(&mut shop, &code.to_lowercase()).unwrap().rows[0].receipt, receipt);
    let forged = format!("{}{}", &code[..code.len() - 4], "AAAA");
    assert_eq!(Problem::from(find(&mut shop, &forged).unwrap_err()).code, ErrorCode::InvalidInput);
}

#[test]
fn a_long_list_comes_in_pages_newest_first() {
    let mut shop = Shop::open(&Server::new(), "A1");
    for _ in 0..120 {
        shop.clock.add_minutes(-600);
        shop.sell(&["M1"]);
    }
    let (mut after, mut numbers) = (None, Vec::new());
    loop {
        let page = shop.till().reader().receipt_list(&ReceiptQuery { find: String::new(), after }).unwrap();
        numbers.extend(page.rows.into_iter().map(|row| row.number));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let expected: Vec<_> = (1..=120).rev().map(|n| format!("A1-{n:06}")).collect();
    assert_eq!(numbers, expected, "I8: the clock does not order receipts");
    assert!(shop.till().reader().receipt_list(&ReceiptQuery { find: String::new(), after: Some("x".into()) }).is_err());
}
