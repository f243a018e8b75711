use crate::world::{Server, Shop, each, money};
use duka_api::{
    Problem,
    till::{AdjustStock, CloseShift, OpenShift, ReceiptRef, Refund, RefundLines, RefundedLine, StockReason},
};
use duka_core::{ErrorCode, ReceiptId};
use duka_ledger::{Account, AdjustmentReason};

fn open(operator: &str, float: i64) -> OpenShift {
    OpenShift { operator: operator.into(), float: money(float) }
}

#[test]
fn a_z_report_adds_up_and_the_next_goes_on() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let receipt = shop.sell(&["T1", "M1"]).receipt;
    shop.sell(&["S1"]);
    let lines = RefundLines::Receipt { receipt, lines: vec![RefundedLine { line: 2, quantity: each(1) }] };
    shop.till().refund_complete(&Refund { refund: ReceiptId::from_bytes([1; 16]), lines, reason: String::new() }).unwrap();
    shop.scan("T1");
    let problem = Problem::from(shop.till().shift_close(&CloseShift { counted: money(0) }).unwrap_err());
    assert_eq!(problem.code, ErrorCode::Conflict, "a basket with lines");
    shop.till().basket_abort().unwrap();
    shop.till().receipt_reprint(&ReceiptRef { receipt }).unwrap();

    let x = shop.till().reader().shift_report().unwrap();
    assert_eq!((x.z_number, x.expected_cash, x.perpetual_gross), (None, money(10_000 + 494), money(494)));
    let z = shop.close(10_400);
    assert_eq!((z.z_number, z.sales, z.refunds, z.aborted, z.reprints), (Some(1), 2, 1, 1, 1));
    assert_eq!((z.sales_gross, z.refunds_gross, z.difference), (money(614), money(120), Some(money(-94))));
    let taxes: Vec<_> = z.taxes.iter().map(|t| (t.rate.ppm(), t.net.minor(), t.tax.minor())).collect();
    assert_eq!(taxes, [(0, 0, 0), (200_000, 412, 82)]);
    shop.assert_balanced();
    let balances = shop.till().reader().account_balances().unwrap();
    assert!(balances.iter().all(|row| !row.account.to_string().starts_with("drawer")), "{balances:?}");
    assert!(balances.iter().any(|row| row.account == duka_ledger::Account::CashDifference && row.balance == 94));

    shop.till().shift_open(&open("Ben", 5_000)).unwrap();
    shop.reopen();
    shop.sell(&["M1"]);
    let z = shop.close(5_120);
    assert_eq!((z.z_number, z.perpetual_gross, z.difference), (Some(2), money(614), Some(money(0))));
    shop.assert_rebuilds();
}

#[test]
fn one_shift_at_a_time_and_only_a_sensible_one() {
    let server = Server::new();
    let mut shop = Shop::enrolled(&server, "A1");
    let code = |shop: &mut Shop, open: &OpenShift| Problem::from(shop.till().shift_open(open).unwrap_err()).code;
    assert_eq!(code(&mut shop, &open(" ", 0)), ErrorCode::InvalidInput);
    assert_eq!(code(&mut shop, &open("Amina", -1)), ErrorCode::InvalidInput);
    assert_eq!(Problem::from(shop.till().reader().shift_report().unwrap_err()).code, ErrorCode::NoShift);
    let state = shop.till().shift_open(&open("Amina", 0)).unwrap();
    assert_eq!(state.shift.unwrap().operator, "Amina");
    assert_eq!(code(&mut shop, &open("Ben", 0)), ErrorCode::ShiftOpen);
    assert_eq!(Problem::from(shop.till().shift_close(&CloseShift { counted: money(-1) }).unwrap_err()).code, ErrorCode::InvalidInput);
    shop.close(0);
    assert_eq!(Problem::from(shop.till().shift_close(&CloseShift { counted: money(0) }).unwrap_err()).code, ErrorCode::NoShift);
    let mut alone = Shop::fresh(3);
    assert_eq!(code(&mut alone, &open("Amina", 0)), ErrorCode::NotEnrolled);
}

#[test]
fn stock_and_accounts_are_corrected_with_a_reason() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let tea = shop.id("T1");
    let adjust = |count, note: &str| AdjustStock { product: tea, quantity: each(count), reason: StockReason::Damaged, note: note.into() };
    assert_eq!(shop.till().stock_adjust(&adjust(-3, "wet")).unwrap().stock, each(-3));
    assert_eq!(Problem::from(shop.till().stock_adjust(&adjust(0, "")).unwrap_err()).code, ErrorCode::InvalidInput);
    let till = shop.till();
    till.account_adjust(Account::BadDebt, Account::Receivable, money(-1_106_206), AdjustmentReason::BadDebt, "A563185").unwrap();
    let none = till.account_adjust(Account::BadDebt, Account::Receivable, money(0), AdjustmentReason::BadDebt, "");
    assert_eq!(Problem::from(none.unwrap_err()).code, ErrorCode::InvalidInput);
    shop.assert_balanced();
    shop.assert_rebuilds();
}

#[test]
fn a_clock_set_back_ten_years_changes_nothing_but_labels() {
    let mut shop = Shop::open(&Server::new(), "A1");
    shop.sell(&["T1"]);
    let facts = shop.till().reader().unsynced().unwrap().facts;
    shop.clock.add_minutes(-10 * 365 * 24 * 60);
    assert_eq!(shop.sell(&["T1"]).number, "A1-000002");
    assert_eq!(shop.till().reader().unsynced().unwrap().facts, facts + 2, "the sale and the note that the clock was set");
    shop.sell(&["T1"]);
    assert_eq!(shop.till().reader().unsynced().unwrap().facts, facts + 3);
    shop.clock.add_minutes(20 * 365 * 24 * 60);
    shop.reopen();
    assert_eq!(shop.sell(&["T1"]).number, "A1-000004");
    assert_eq!(shop.till().reader().shift_report().unwrap().sales, 4);
    shop.close(10_000);
    shop.assert_rebuilds();
}
