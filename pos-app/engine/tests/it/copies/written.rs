//! What a copy did is written again, whole and once.

use super::{copies, settle, sold};
use crate::world::{Server, Shop, each, fields, money};
use duka_api::till::{CloseShift, OpenShift, ReceiptQuery, ReceiptRef, Refund, RefundLines, RefundedLine, SaveProduct, Tender};
use duka_core::ReceiptId;
use duka_ledger::{Fact, TechnicalKind};
use duka_sync::MAX_BODY_BYTES;

fn numbers(shop: &mut Shop, find: &str) -> Vec<(String, Option<String>)> {
    let page = shop.till().reader().receipt_list(&ReceiptQuery { find: find.into(), ..Default::default() }).unwrap();
    page.rows.into_iter().map(|row| (row.number, row.printed)).collect()
}

fn refund_of(receipt: ReceiptId, id: u8) -> Refund {
    let lines = RefundLines::Receipt { receipt, lines: vec![RefundedLine { line: 1, quantity: each(1) }] };
    Refund { refund: ReceiptId::from_bytes([id; 16]), lines, reason: String::new() }
}

fn last_print(shop: &mut Shop) -> String {
    shop.raw().query_row("select document from print_job order by n desc limit 1", [], |row| row.get(0)).unwrap()
}

/// The signed code on the paper that was printed last.
fn code_of(shop: &mut Shop) -> String {
    let paper = last_print(shop);
    let from = paper.find("DUKA1").unwrap();
    paper[from..].split('"').next().unwrap().to_owned()
}

#[test]
fn of_two_copies_that_both_sold_offline_each_sale_counts_once_whichever_comes_first() {
    for clone_first in [false, true] {
        let server = Server::new();
        let (mut a, mut witness) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
        a.sell(&["T1"]);
        a.sync(&server);
        let mut clone = a.cloned("clone.db");
        let before = a.device();
        for (shop, codes) in [(&mut a, [["T1"], ["M1"]]), (&mut clone, [["M1"], ["S1"]])] {
            for code in codes {
                shop.sell(&code);
            }
        }
        let (first, second) = if clone_first { (&mut clone, &mut a) } else { (&mut a, &mut clone) };
        assert!(!first.link(&server).1, "who comes first stays who it was");
        assert!(second.link(&server).1);
        assert_ne!(second.device(), before);
        assert_eq!(server.certificate(second.device()).unwrap().succeeds, Some(before));
        settle(&server, &mut [&mut a, &mut clone, &mut witness]);
        assert_eq!(sold(&mut witness), 295 + 295 + 120 + 120 + 199);
        assert_eq!((witness.stock("T1"), witness.stock("M1"), witness.stock("S1")), (-2_000, -2_000, -1_000));
        let second = if clone_first { &mut a } else { &mut clone };
        let series = server.certificate(second.device()).unwrap().series;
        assert_eq!(second.sell(&["T1"]).number, format!("{series}-000003"), "I7: its own numbers go on without a gap");
        settle(&server, &mut [&mut a, &mut clone, &mut witness]);
    }
}

#[test]
fn a_till_that_was_copied_back_gets_what_it_had_forgotten_and_its_shift_and_basket_go_on() {
    let server = Server::new();
    let (mut a, mut witness) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
    a.sell(&["T1"]);
    a.scan("M1");
    a.till().keep_basket().unwrap();
    a.copy("back.db");
    a.pay(None);
    a.sell(&["S1"]);
    a.sync(&server);
    a.put_back("back.db");
    let basket = a.till().basket().unwrap();
    assert!(a.link(&server).1);
    let after = a.till().basket().unwrap();
    assert_eq!(after.lines, basket.lines, "the basket stays");
    assert_ne!(after.receipt, basket.receipt, "its receipt was written in the other copy");
    a.link(&server);
    // A screen that has not looked again pays it under the id that it knows, and asks twice.
    let tender = Tender { receipt: basket.receipt, tendered: None, shown: basket.gross };
    let paid = a.till().sale_complete(&tender).unwrap();
    assert_eq!((paid.receipt, a.till().sale_complete(&tender).unwrap().receipt), (after.receipt, after.receipt));
    settle(&server, &mut [&mut a, &mut witness]);
    assert_eq!(sold(&mut a), 295 + 120 + 199 + 120);
    // Float, the sale that both copies know of, and the one of now.
    let z = a.close(10_000 + 295 + 120);
    assert_eq!((z.sales, z.expected_cash, z.difference), (2, money(10_415), Some(money(0))));
    settle(&server, &mut [&mut a, &mut witness]);
    assert!(a.till().state().unwrap().shift.is_none());
}

#[test]
fn a_basket_of_both_copies_that_is_paid_while_the_server_is_asked_counts_once() {
    let server = Server::new();
    let (mut a, mut witness) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
    a.scan("T1");
    a.till().keep_basket().unwrap();
    a.sync(&server);
    let mut clone = a.cloned("clone.db");
    a.pay(None);
    a.sync(&server);
    clone.sync(&server);
    let peer = clone.peer.take().unwrap();
    let begun = clone.till().succession_begin(&peer).unwrap().unwrap();
    clone.pay(None);
    let answer = server.succeed(&begun.bytes);
    clone.till().succession_complete(begun, &answer).unwrap();
    settle(&server, &mut [&mut a, &mut clone, &mut witness]);
    assert_eq!(sold(&mut witness), 295, "I2");
}

#[test]
fn all_that_the_other_branch_did_is_written_again_in_order() {
    let server = Server::new();
    let (mut a, mut witness) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
    let early = a.sell(&["T1", "M1"]).receipt;
    a.sync(&server);
    let mut clone = a.cloned("clone.db");
    a.sell(&["T1"]);
    a.sync(&server);

    clone.product("Bread", "B1", 180, 0, "4006381333931");
    let tea = clone.id("T1");
    let (before, mut dearer) = (fields("Tea", "T1", 295, 200_000, "8714100791325"), fields("Tea", "T1", 310, 200_000, "8714100791325"));
    clone.till().product_save(&SaveProduct { product: Some(tea), before: Some(before), fields: dearer.clone() }).unwrap();
    let sale = clone.sell(&["B1", "T1"]);
    clone.till().refund_complete(&refund_of(sale.receipt, 1)).unwrap();
    clone.till().refund_complete(&refund_of(early, 2)).unwrap();
    clone.till().receipt_reprint(&ReceiptRef { receipt: sale.receipt }).unwrap();
    clone.scan("M1");
    clone.till().basket_abort().unwrap();
    clone.till().technical_event(TechnicalKind::ClockChanged, "a person set the clock").unwrap();
    // A manager elsewhere renames what the clone made dearer.
    let mut renamed = fields("Tea", "T1", 295, 200_000, "8714100791325");
    renamed.name = "Black tea".into();
    let before = fields("Tea", "T1", 295, 200_000, "8714100791325");
    witness.sync(&server);
    witness.till().product_save(&SaveProduct { product: Some(tea), before: Some(before), fields: renamed }).unwrap();
    witness.sync(&server);

    let report = clone.till().reader().shift_report().unwrap();
    assert!(clone.link(&server).1);
    settle(&server, &mut [&mut a, &mut clone, &mut witness]);
    assert_eq!(sold(&mut witness), (295 + 120) + 295 + (180 + 310) - 180 - 295);
    dearer.name = "Black tea".into();
    let list = witness.till().reader().product_list(&Default::default()).unwrap().rows;
    assert_eq!(list.iter().find(|product| product.product == tea).unwrap().fields, dearer);
    assert_eq!(list.iter().filter(|product| product.fields.code == "B1").count(), 1);
    let events = server
        .facts(clone.device())
        .into_iter()
        .filter(|fact| matches!(fact, Fact::TechnicalEvent(event) if event.detail == "a person set the clock"));
    assert_eq!(events.count(), 1);

    // The shift is the same to the penny, and so are its counts.
    let same = clone.till().reader().shift_report().unwrap();
    assert_eq!((same.sales, same.refunds, same.aborted, same.reprints), (report.sales, report.refunds, report.aborted, report.reprints));
    assert_eq!((same.expected_cash, same.taxes, same.shift), (report.expected_cash, report.taxes, report.shift));
    let z = clone.close(0);
    assert_eq!((z.z_number, z.sales_gross, z.refunds_gross), (Some(1), money(295 + 120 + 180 + 310), money(180 + 295)));
    settle(&server, &mut [&mut a, &mut clone, &mut witness]);
}

#[test]
fn a_receipt_that_was_written_again_is_found_by_the_number_and_the_code_on_its_paper() {
    let server = Server::new();
    let mut a = Shop::open(&server, "A1");
    a.sell(&["T1"]);
    a.sync(&server);
    let mut clone = a.cloned("clone.db");
    let other = a.sell(&["S1"]);
    a.sync(&server);
    let done = clone.sell(&["M1"]);
    assert_eq!((other.number.as_str(), done.number.as_str()), ("A1-000002", "A1-000002"));
    let code = code_of(&mut clone);
    clone.link(&server);
    clone.sync(&server);
    let series = server.certificate(clone.device()).unwrap().series;
    let number = format!("{series}-000001");
    let both = [("A1-000002".to_owned(), None), (number.clone(), Some("A1-000002".to_owned()))];
    assert_eq!(numbers(&mut clone, "A1-000002"), both, "two papers say so");
    assert_eq!(numbers(&mut clone, "a1-2"), both);
    assert_eq!(numbers(&mut clone, &number), both[1..]);
    assert_eq!(numbers(&mut clone, &code), both[1..]);
    a.sync(&server);
    assert_eq!(numbers(&mut a, &code), both[1..], "at every till");
    clone.till().receipt_reprint(&ReceiptRef { receipt: done.receipt }).unwrap();
    let paper = last_print(&mut clone);
    assert!(paper.contains(&number) && paper.contains("First printed as A1-000002"), "{paper}");
    assert_eq!(clone.till().refund_complete(&refund_of(done.receipt, 1)).unwrap().number, format!("{series}-000002"));
}

#[test]
fn what_was_to_be_printed_is_still_printed() {
    let (server, _, mut clone, _) = copies();
    clone.sell(&["T1"]);
    let queued = clone.till().reader().printer().unwrap().queued;
    assert!(clone.link(&server).1 && queued > 0);
    assert_eq!(clone.till().reader().printer().unwrap().queued, queued);
}

#[test]
fn a_shift_that_was_closed_in_a_copy_has_its_z_again_and_the_next_shift_goes_on() {
    let server = Server::new();
    let (mut a, mut witness) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
    a.sell(&["T1"]);
    a.sync(&server);
    let mut clone = a.cloned("clone.db");
    a.sell(&["M1"]);
    a.sync(&server);
    clone.sell(&["S1"]);
    clone.till().shift_close(&CloseShift { counted: money(10_000 + 295 + 199) }).unwrap();
    clone.till().shift_open(&OpenShift { operator: "Ben".into(), float: money(500) }).unwrap();
    clone.sell(&["M1"]);
    clone.link(&server);
    settle(&server, &mut [&mut a, &mut clone, &mut witness]);
    let shift = clone.till().state().unwrap().shift.unwrap();
    assert_eq!((shift.operator.as_str(), shift.float), ("Ben", money(500)));
    let z = clone.close(620);
    assert_eq!((z.z_number, z.sales, z.difference), (Some(2), 1, Some(money(0))));
    settle(&server, &mut [&mut a, &mut clone, &mut witness]);
    assert_eq!(witness.account("cash_difference"), 0);
}

#[test]
fn a_copy_of_a_copy_goes_on_as_a_third_device_and_its_papers_keep_their_first_number() {
    let (server, mut a, mut second, mut witness) = copies();
    second.sell(&["M1"]);
    assert!(second.succeed_offline_after(&server));
    // Copied before any of what it wrote again has reached the server.
    let mut third = second.cloned("third.db");
    second.sell(&["S1"]);
    second.link(&server);
    third.sell(&["S1"]);
    third.sell(&["S1"]);
    assert!(third.link(&server).1);
    settle(&server, &mut [&mut a, &mut second, &mut third, &mut witness]);
    assert_eq!(sold(&mut witness), 295 + 120 + 3 * 199);
    assert_eq!(third.till().reader().shift_report().unwrap().sales, 3, "the one before the copy was made, and two");
    let first = numbers(&mut third, "A1-000001");
    assert_eq!(first.len(), 2, "the other branch's, and the one that was written again once: {first:?}");
}

#[test]
fn a_copy_whose_copy_was_never_sent_at_all_is_written_again_whole() {
    let (server, mut a, mut second, mut witness) = copies();
    second.sell(&["M1"]);
    assert!(second.succeed_offline_after(&server));
    second.sell(&["S1"]);
    let mut third = second.cloned("third.db");
    third.sell(&["S1"]);
    // The third brings what both have; the second finds its log ahead of it.
    third.link(&server);
    second.sell(&["T1"]);
    assert!(second.link(&server).1);
    settle(&server, &mut [&mut a, &mut second, &mut third, &mut witness]);
    assert_eq!(sold(&mut witness), 295 + 120 + 199 + 199 + 295);
}

#[test]
fn a_basket_that_was_open_in_both_copies_is_one_sale_if_it_is_the_same_and_two_if_not() {
    for (more, expected) in [(false, 295), (true, 295 + 295 + 120)] {
        let server = Server::new();
        let (mut a, mut witness) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
        a.scan("T1");
        a.till().keep_basket().unwrap();
        a.sync(&server);
        let mut clone = a.cloned("clone.db");
        a.pay(None);
        a.sync(&server);
        if more {
            clone.scan("M1");
        }
        let paid = clone.pay(None);
        let code = code_of(&mut clone);
        assert!(clone.link(&server).1);
        settle(&server, &mut [&mut a, &mut clone, &mut witness]);
        assert_eq!(sold(&mut witness), expected, "I2: a sale is told by its id");
        let found = numbers(&mut clone, &code);
        assert_eq!((found.len(), found[0].1.is_some()), (1, more));
        let query = ReceiptQuery { find: code, ..Default::default() };
        assert_eq!(clone.till().reader().receipt_list(&query).unwrap().rows[0].gross, paid.gross);
    }
}

#[test]
fn a_long_branch_is_written_again_whole() {
    let (server, mut a, mut clone, mut witness) = copies();
    for _ in 0..1_100 {
        clone.sell(&["M1"]);
    }
    let request = clone.ask(MAX_BODY_BYTES);
    let answer = server.answer(&request.bytes);
    clone.hear(request, &answer).unwrap();
    clone.link(&server);
    settle(&server, &mut [&mut a, &mut clone, &mut witness]);
    assert_eq!(sold(&mut witness), 295 + 1_100 * 120);
    assert_eq!(clone.till().reader().shift_report().unwrap().sales, 1_100);
}
