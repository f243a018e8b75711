//! A Z report says what its log says, to the penny (I7 for its numbers).

use crate::log::{Log, SHIFT, certificate, device, gbp, register};
use duka_core::{Currency, Money};
use duka_ledger::{
    Continued, DeviceCertified, Fact, ShiftClosed, ShiftOpened, ShiftTotals, TaxTotal, postings,
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

/// A till that succeeds till 1, and the opening by which its shift goes on there.
fn successor() -> (Log, ShiftOpened) {
    let before = till();
    let open = before.state.shift().unwrap();
    let totals = ShiftTotals { first_number: 0, last_number: 0, ..open.totals.clone() };
    let certificate = DeviceCertified { succeeds: Some(device(1)), register: Some(register(1)), ..certificate(2) };
    let log = Log::new(certificate, Log::till(2).id.scope);
    let continues = Some(Box::new(Continued { device: device(1), opened_at: open.opened_at, totals }));
    let opened = ShiftOpened { shift: open.shift, register: register(1), float: open.float, continues, ..log.opening() };
    (log, opened)
}

#[test]
fn a_shift_goes_on_at_the_tills_successor_and_its_z_covers_the_whole_of_it() {
    let (mut log, opened) = successor();
    assert_eq!(postings(&Fact::ShiftOpened(opened.clone())).unwrap(), [], "the float is in the drawer already");
    assert_eq!(log.write(&Fact::ShiftOpened(opened)), Verdict::Projected);
    assert_eq!(log.write(&Fact::SaleCompleted(log.sale())), Verdict::Projected);
    let z = log.closing();
    assert_eq!((z.totals.sales, z.totals.refunds, z.totals.first_number, z.totals.last_number), (4, 1, 1, 1));
    assert_eq!((z.float, z.expected_cash, z.perpetual_gross, z.z_number), (10_000, 10_660, 180, 1));
    assert_eq!(log.write(&Fact::ShiftClosed(z)), Verdict::Projected);
}

#[test]
fn a_shift_goes_on_only_at_the_beginning_of_a_log_whose_writer_succeeds_the_one_that_opened_it() {
    type Spoil = fn(&mut ShiftOpened);
    let spoils: [Spoil; 5] = [
        |opened| opened.number = 2,
        |opened| opened.continues.as_mut().unwrap().device = device(3),
        |opened| opened.continues.as_mut().unwrap().totals.first_number = 1,
        |opened| opened.continues.as_mut().unwrap().totals.taxes = vec![TaxTotal { rate: duka_core::TaxRate::MAX, net: 0, tax: 0 }; 2],
        |opened| opened.continues.as_mut().unwrap().totals.cash = Money::MAX_MINOR + 1,
    ];
    for (index, spoil) in spoils.into_iter().enumerate() {
        let (mut log, mut opened) = successor();
        spoil(&mut opened);
        let verdict = log.write(&Fact::ShiftOpened(opened));
        assert!(matches!(verdict, Verdict::Flagged(Flag::Continued | Flag::Amount)), "{index}: {verdict:?}");
    }
    let (mut log, opened) = successor();
    log.write(&Fact::ShiftOpened(opened.clone()));
    log.write(&Fact::ShiftClosed(log.closing()));
    let again = ShiftOpened { number: 2, ..opened };
    assert_eq!(log.write(&Fact::ShiftOpened(again)), Verdict::Flagged(Flag::Continued));
}
