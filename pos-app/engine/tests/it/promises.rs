use crate::world::{Server, Shop, each, money};
use duka_api::till::{
    AdjustStock, CloseShift, OpenShift, ReceiptQuery, ReceiptRef, Refund, RefundLines, RefundedLine, Scan, StockReason, Tender,
    UnlinkedLine,
};
use duka_core::ReceiptId;
use proptest::prelude::*;

/// Something a person at a till may do, sensible or not.
#[derive(Clone, Debug)]
enum Act {
    Scan(usize),
    Pay(Option<i64>),
    Abort,
    Refund { back: usize, line: u32, count: i64 },
    Unlinked(usize, i64),
    Adjust(usize, i64),
    Close(i64),
    Open(i64),
    Reprint(usize),
    Clock(i64),
    Restart,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => (0_usize..4).prop_map(Act::Scan),
        4 => prop::option::of(0_i64..2_000).prop_map(Act::Pay),
        1 => Just(Act::Abort),
        3 => (0_usize..6, 0_u32..4, -1_i64..4).prop_map(|(back, line, count)| Act::Refund { back, line, count }),
        1 => (0_usize..3, 0_i64..3).prop_map(|(product, count)| Act::Unlinked(product, count)),
        1 => (0_usize..3, -3_i64..3).prop_map(|(product, count)| Act::Adjust(product, count)),
        1 => (0_i64..20_000).prop_map(Act::Close),
        2 => (0_i64..20_000).prop_map(Act::Open),
        1 => (0_usize..4).prop_map(Act::Reprint),
        1 => (-100_000_i64..100_000).prop_map(Act::Clock),
        1 => Just(Act::Restart),
    ]
}

const CODES: [&str; 4] = ["T1", "M1", "S1", "nothing"];

/// Does it; what is refused must change nothing, which the numbers and tables show at the end.
fn perform(shop: &mut Shop, act: &Act, fresh: &mut u8) {
    let recent = |shop: &mut Shop, back: usize| {
        shop.till().reader().receipt_list(&ReceiptQuery::default()).unwrap().rows.get(back).map(|row| row.receipt)
    };
    *fresh = fresh.wrapping_add(1);
    let refund = ReceiptId::from_bytes([*fresh; 16]);
    match act {
        Act::Scan(code) => drop(shop.till().basket_scan(&Scan { code: CODES[*code].into() })),
        Act::Pay(tendered) => {
            let basket = shop.till().basket().unwrap();
            let _ = shop.till().sale_complete(&Tender { receipt: basket.receipt, tendered: tendered.map(money), shown: basket.gross });
        }
        Act::Abort => drop(shop.till().basket_abort()),
        Act::Refund { back, line, count } => {
            let Some(receipt) = recent(shop, *back) else { return };
            let lines = RefundLines::Receipt { receipt, lines: vec![RefundedLine { line: *line, quantity: each(*count) }] };
            let _ = shop.till().refund_complete(&Refund { refund, lines, reason: String::new() });
        }
        Act::Unlinked(product, count) => {
            let line = UnlinkedLine { product: shop.id(CODES[*product]), quantity: each(*count), unit_price: None };
            let _ = shop.till().refund_complete(&Refund { refund, lines: RefundLines::Unlinked { lines: vec![line] }, reason: "x".into() });
        }
        Act::Adjust(product, count) => {
            let product = shop.id(CODES[*product]);
            let _ = shop.till().stock_adjust(&AdjustStock {
                product,
                quantity: each(*count),
                reason: StockReason::Counted,
                note: String::new(),
            });
        }
        Act::Close(counted) => drop(shop.till().shift_close(&CloseShift { counted: money(*counted) })),
        Act::Open(float) => drop(shop.till().shift_open(&OpenShift { operator: "Amina".into(), float: money(*float) })),
        Act::Reprint(back) => {
            if let Some(receipt) = recent(shop, *back) {
                let _ = shop.till().receipt_reprint(&ReceiptRef { receipt });
            }
        }
        Act::Clock(minutes) => shop.clock.add_minutes(*minutes),
        Act::Restart => shop.reopen(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]
    #[test]
    fn whatever_is_done_the_books_balance_numbers_have_no_gap_and_tables_follow_from_facts(acts in prop::collection::vec(act(), 1..60)) {
        let mut shop = Shop::open(&Server::new(), "A1");
        let mut fresh = 0;
        for act in &acts {
            perform(&mut shop, act, &mut fresh);
        }
        shop.assert_balanced();
        shop.assert_rebuilds();
        shop.reopen();
        let (mut numbers, mut after) = (Vec::new(), None);
        loop {
            let page = shop.till().reader().receipt_list(&ReceiptQuery { find: String::new(), after }).unwrap();
            numbers.extend(page.rows.into_iter().map(|row| row.number));
            after = page.next;
            if after.is_none() { break; }
        }
        let expected: Vec<_> = (1..=numbers.len()).rev().map(|n| format!("A1-{n:06}")).collect();
        prop_assert_eq!(numbers, expected);
    }
}
