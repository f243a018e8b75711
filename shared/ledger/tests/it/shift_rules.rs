//! A Z report says what its log says, to the penny (I7 for its numbers).

use crate::log::{Log, SHIFT, gbp, register};
use duka_core::{Currency, Money};
use duka_ledger::{
    Fact, ShiftClosed, ShiftOpened, TaxTotal,
    rule::{Flag, Verdict},
};

/// A till with a shift in which something happened of everything.
fn till() -> Log {
    let mut log = Log::till(1);
    assert_eq!(log.write(&Fact::ShiftOpened(log.opening())), Verdict::Projected);
    for _ in 0..3 {
        log.write(&Fact::SaleCompleted(log.sale()));
    }
    log.write(&Fact::RefundCompleted(log.refund()));
    log.write(&Fact::SaleAborted(log.aborted()));
    log.write(&Fact::ReceiptReprinted(log.reprinted()));
    log
}

#[test]
fn a_shift_is_closed_with_what_its_log_says_and_the_next_one_follows() {
    let mut log = till();
    let z = log.closing();
    assert_eq!((z.totals.sales, z.totals.sales_gross, z.totals.refunds, z.totals.refunds_gross), (3, 540, 1, 60));
    assert_eq!((z.totals.aborted, z.totals.reprints, z.totals.first_number, z.totals.last_number), (1, 1, 1, 4));
    assert_eq!((z.float, z.expected_cash, z.perpetual_gross, z.z_number), (10_000, 10_480, 480, 1));
    assert_eq!(log.write(&Fact::ShiftClosed(z)), Verdict::Projected);
    assert_eq!(log.state.shift(), None);
    assert_eq!(log.write(&Fact::ShiftOpened(log.opening())), Verdict::Projected);
    assert_eq!(log.state.shift().unwrap().number, 2);
}

#[test]
fn a_z_report_that_says_otherwise_is_flagged_with_what_is_not_so() {
    type Spoil = fn(&mut ShiftClosed);
    let totals = Flag::ShiftTotals("the totals");
    let cases: Vec<(Spoil, Flag)> = vec![
        (|z| z.shift = SHIFT, Flag::ShiftNotOpen),
        (|z| z.z_number = 2, Flag::Number { after: 0, found: 2 }),
        (|z| z.z_number = u64::MAX, Flag::Number { after: 0, found: u64::MAX }),
        (|z| z.totals.sales = 2, totals.clone()),
        (|z| z.totals.sales_gross += 1, totals.clone()),
        (|z| z.totals.refunds_gross -= 1, totals.clone()),
        (|z| z.totals.aborted = 0, totals.clone()),
        (|z| z.totals.reprints = u64::MAX, totals.clone()),
        (|z| z.totals.last_number = 5, totals.clone()),
        (|z| z.totals.cash += 1, totals.clone()),
        (|z| z.totals.taxes[0].tax += 1, totals.clone()),
        (|z| z.totals.taxes.push(TaxTotal { rate: duka_core::TaxRate::MAX, net: 0, tax: 0 }), totals.clone()),
        (|z| z.float += 1, Flag::ShiftTotals("the float")),
        (|z| z.expected_cash += 1, Flag::ShiftTotals("the expected cash")),
        (|z| z.expected_cash = i64::MIN, Flag::Amount),
        (|z| z.perpetual_gross += 1, Flag::ShiftTotals("the perpetual totals")),
        (|z| z.counted_cash = -1, Flag::Amount),
        (|z| z.counted_cash = Money::MAX_MINOR + 1, Flag::Amount),
        (|z| z.register = register(9), Flag::Register),
        (|z| z.currency = Currency::try_new("EUR").unwrap(), Flag::Currency),
    ];
    for (spoil, flag) in cases {
        let mut log = till();
        let mut z = log.closing();
        spoil(&mut z);
        assert_eq!(log.write(&Fact::ShiftClosed(z)), Verdict::Flagged(flag));
    }
}

#[test]
fn a_shift_that_cannot_begin_so_is_flagged() {
    type Spoil = fn(&mut ShiftOpened);
    let cases: Vec<(Spoil, Flag)> = vec![
        (|it| it.float = -1, Flag::Amount),
        (|it| it.float = Money::MAX_MINOR + 1, Flag::Amount),
        (|it| it.operator_name = "\0".into(), Flag::Text),
        (|it| it.number = 2, Flag::Number { after: 0, found: 2 }),
        (|it| it.number = 0, Flag::Number { after: 0, found: 0 }),
        (|it| it.number = u64::MAX, Flag::Number { after: 0, found: u64::MAX }),
        (|it| it.register = register(9), Flag::Register),
        (|it| it.currency = Currency::try_new("EUR").unwrap(), Flag::Currency),
    ];
    for (spoil, flag) in cases {
        let mut log = Log::till(1);
        let mut opening = log.opening();
        spoil(&mut opening);
        assert_eq!(log.write(&Fact::ShiftOpened(opening)), Verdict::Flagged(flag));
    }
    let mut log = till();
    assert_eq!(log.write(&Fact::ShiftOpened(log.opening())), Verdict::Flagged(Flag::ShiftOpen));
    assert_eq!(log.state.shift().unwrap().totals.sales, 3, "the open one goes on");
}

/// A sale during a shift that this log never opened (it went on at another device) counts, but in no Z of this log.
#[test]
fn what_belongs_to_another_shift_is_in_no_z() {
    let mut log = till();
    let mut sale = log.sale();
    sale.shift = SHIFT;
    assert_eq!(log.write(&Fact::SaleCompleted(sale)), Verdict::Projected);
    let z = log.closing();
    assert_eq!((z.totals.sales, z.perpetual_gross, z.currency), (3, 660, gbp()));
    assert_eq!(log.write(&Fact::ShiftClosed(z)), Verdict::Projected);
}
