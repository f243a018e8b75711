use crate::world::{Server, Shop, each, money};
use duka_api::{
    print::{Block, Direction, Document},
    till::{ChangeLine, LineChange, PrinterSettings, PrinterState, ReceiptRef, Refund, RefundLines, RefundedLine},
};
use duka_core::{Language, ReceiptId};
use duka_pos::PrintOutcome;
use duka_pricing::Discount;

/// As text: `|` between columns, `#` large, `=` rules.
fn text(document: &Document) -> String {
    let lines = document.blocks.iter().map(|block| match block {
        Block::Text { text, style } => format!("{}{text}", if style.large { "# " } else { "" }),
        Block::Columns { start, end, style } => format!("{}{start} | {end}", if style.large { "# " } else { "" }),
        Block::Rule => "=".into(),
        Block::Feed { .. } => String::new(),
        Block::Qr { data } => format!("QR {}… ({} bytes)", &data[..5], data.len()),
    });
    format!("drawer: {}\n{}", document.kick_drawer, lines.collect::<Vec<_>>().join("\n"))
}

fn next(shop: &mut Shop) -> String {
    let (job, document) = shop.till().print_next().unwrap().unwrap();
    shop.till().print_result(job, &PrintOutcome::Printed).unwrap();
    text(&document)
}

#[test]
fn what_stands_on_paper() {
    let mut shop = Shop::open(&Server::new(), "A1");
    shop.scan("T1");
    shop.till().basket_change(&ChangeLine { line: 1, change: LineChange::Quantity(each(3)) }).unwrap();
    shop.till().basket_change(&ChangeLine { line: 1, change: LineChange::Discount(Discount::Ppm(100_000)) }).unwrap();
    shop.till().basket_change(&ChangeLine { line: 1, change: LineChange::Note("gift".into()) }).unwrap();
    shop.scan("M1");
    let receipt = shop.pay(Some(1_000)).receipt;
    insta::assert_snapshot!("receipt", next(&mut shop));
    shop.till().receipt_reprint(&ReceiptRef { receipt }).unwrap();
    insta::assert_snapshot!("copy", next(&mut shop));
    let lines = RefundLines::Receipt { receipt, lines: vec![RefundedLine { line: 1, quantity: each(1) }] };
    let refund = Refund { refund: ReceiptId::from_bytes([1; 16]), lines, reason: "scratched".into() };
    shop.till().refund_complete(&refund).unwrap();
    insta::assert_snapshot!("refund", next(&mut shop));
    shop.close(10_650);
    insta::assert_snapshot!("z_report", next(&mut shop));
}

#[test]
fn the_copy_carries_the_code_of_the_original() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let receipt = shop.sell(&["T1"]).receipt;
    let code = |document: &Document| document.blocks.iter().find(|block| matches!(block, Block::Qr { .. })).cloned();
    let (_, original) = shop.till().print_next().unwrap().unwrap();
    shop.till().receipt_reprint(&ReceiptRef { receipt }).unwrap();
    let (_, copy) = shop.till().print_next().unwrap().unwrap();
    assert_eq!(code(&original), code(&copy));
    assert!(code(&copy).is_some() && !copy.kick_drawer);
    assert!(shop.till().receipt_reprint(&ReceiptRef { receipt: ReceiptId::from_bytes([1; 16]) }).is_err());
}

#[test]
fn a_printer_that_is_off_holds_no_sale_and_nothing_is_printed_twice_in_silence() {
    let mut shop = Shop::open(&Server::new(), "A1");
    for _ in 0..3 {
        shop.sell(&["M1"]);
    }
    let (first, _) = shop.till().print_next().unwrap().unwrap();
    let off = PrintOutcome::Failed { detail: "no route".into(), retry: true };
    shop.till().print_result(first, &off).unwrap();
    assert_eq!(shop.till().print_next().unwrap().unwrap().0, first, "the order stays");
    shop.reopen();
    let printer = shop.till().reader().printer().unwrap();
    assert_eq!((printer.state, printer.queued), (PrinterState::Trouble, 3), "{printer:?}");
    let (second, _) = shop.till().print_next().unwrap().unwrap();
    assert_ne!(second, first, "nobody knows whether the first came out");
    let stuck = shop.till().reader().print_stuck().unwrap();
    assert_eq!(stuck.len(), 1);
    assert_eq!((stuck[0].job, stuck[0].what.as_str(), stuck[0].may_be_on_paper), (first, "A1-000001", true));
    assert!(shop.till().print_leave(second).is_err(), "it is at the printer");
    shop.till().print_again(first).unwrap();
    assert!(shop.till().print_again(first).is_err(), "asking twice prints once");
    assert_eq!(shop.till().print_next().unwrap().unwrap().0, first);
    shop.till().print_result(first, &PrintOutcome::Unconfirmed).unwrap();
    shop.till().print_leave(first).unwrap();
    shop.till().print_result(second, &PrintOutcome::Printed).unwrap();
    assert!(shop.till().print_again(second).is_err());
    assert_eq!(shop.till().reader().printer().unwrap().queued, 1);
}

#[test]
fn the_queue_is_bounded_and_says_so() {
    let mut shop = Shop::open(&Server::new(), "A1");
    for _ in 0..1_001 {
        shop.sell(&["M1"]);
    }
    let printer = shop.till().reader().printer().unwrap();
    assert_eq!((printer.queued, printer.state), (1_000, PrinterState::Trouble));
    assert!(printer.detail.contains("receipts list"));
    let (job, _) = shop.till().print_next().unwrap().unwrap();
    shop.till().print_result(job, &PrintOutcome::Printed).unwrap();
    shop.sell(&["M1"]);
    assert_eq!(shop.till().reader().printer().unwrap().queued, 1_000);
    // Those that wait for a person count too, else they would pile up without end.
    for _ in 0..10 {
        let (job, _) = shop.till().print_next().unwrap().unwrap();
        shop.till().print_result(job, &PrintOutcome::Unconfirmed).unwrap();
        shop.sell(&["M1"]);
    }
    let printer = shop.till().reader().printer().unwrap();
    assert_eq!((printer.queued, printer.stuck), (1_000, 10));
    assert_eq!(shop.till().reader().shift_report().unwrap().sales, 1_012);
}

#[test]
fn without_a_printer_nothing_is_queued() {
    let mut shop = Shop::open(&Server::new(), "A1");
    assert!(shop.till().printer_set(&PrinterSettings { address: "x:1".into(), paper_mm: 70 }).is_err());
    let none = shop.till().printer_set(&PrinterSettings { address: " ".into(), paper_mm: 80 }).unwrap();
    assert_eq!(none.state, PrinterState::None);
    assert_eq!(shop.sell(&["M1"]).gross, money(120));
    assert!(shop.till().print_next().unwrap().is_none());
    shop.reopen();
    assert_eq!(shop.till().reader().printer().unwrap().settings.address, "");
}

/// Every paper of a day, one of each kind.
fn papers(shop: &mut Shop) -> Vec<Document> {
    shop.product("شاي أحمد", "C1", 250, 0, "");
    let receipt = shop.sell(&["C1", "M1"]).receipt;
    shop.till().receipt_reprint(&ReceiptRef { receipt }).unwrap();
    let lines = RefundLines::Receipt { receipt, lines: vec![RefundedLine { line: 1, quantity: each(1) }] };
    let refund = Refund { refund: ReceiptId::from_bytes([1; 16]), lines, reason: "scratched".into() };
    shop.till().refund_complete(&refund).unwrap();
    shop.close(10_650);
    let mut papers = Vec::new();
    while let Some((job, paper)) = shop.till().print_next().unwrap() {
        shop.till().print_result(job, &PrintOutcome::Printed).unwrap();
        papers.push(paper);
    }
    papers
}

/// The papers of a shop run as its language does, whatever script a name on them is in; amounts stand at the end of their lines in both.
#[test]
fn a_shop_in_arabic_prints_from_right_to_left_and_its_amounts_keep_their_column() {
    let english = papers(&mut Shop::open(&Server::new(), "A1"));
    let mut server = Server::new();
    server.language = Language::try_new("ar-EG").unwrap();
    let arabic = papers(&mut Shop::open(&server, "A1"));
    assert_eq!((english.len(), arabic.len()), (4, 4));
    for (left, right) in english.into_iter().zip(arabic) {
        assert_eq!((left.direction, right.direction), (Direction::LeftToRight, Direction::RightToLeft));
        let end = |block: &Block| if let Block::Columns { end, .. } = block { Some(end.clone()) } else { None };
        let ends = |paper: &Document| paper.blocks.iter().filter_map(end).collect::<Vec<_>>();
        assert_eq!(ends(&left), ends(&right));
        assert!(ends(&right).iter().any(|end| end.starts_with('£')), "{:?}", ends(&right));
    }
}
