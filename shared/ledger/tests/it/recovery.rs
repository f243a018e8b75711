//! Nothing jams a log: whatever a device wrote, what it writes rightly afterwards counts.
//!
//! "Rightly" is: with the numbers, totals and logical time that the log itself is ready for, as a till asks its own log before it writes.

use crate::log::{Log, SHIFT, adjusted, event};
use duka_core::{Money, ShiftId};
use duka_ledger::{
    Fact, Kind, Sale, ShiftClosed, ShiftOpened,
    rule::{Flag, Verdict, Wait},
};

/// A till in the middle of its first shift, with one sale.
fn till() -> Log {
    let mut log = Log::till(1);
    assert_eq!(log.write(&Fact::ShiftOpened(log.opening())), Verdict::Projected);
    assert_eq!(log.write(&Fact::SaleCompleted(log.sale())), Verdict::Projected);
    log
}

/// The rest of an honest till's day and the beginning of its next one; all of it has to count.
fn go_on(log: &mut Log, after: &str) {
    let counts = |log: &mut Log, fact: Fact| assert_eq!(log.write(&fact), Verdict::Projected, "{} after {after}", fact.kind().name());
    if log.state.shift().is_none() {
        let opening = log.opening();
        counts(log, Fact::ShiftOpened(opening));
    }
    for _ in 0..2 {
        let (sale, refund, aborted, copy) = (log.sale(), log.refund(), log.aborted(), log.reprinted());
        counts(log, Fact::SaleCompleted(sale.clone()));
        counts(
            log,
            Fact::RefundCompleted(duka_ledger::RefundCompleted { refund: Sale { number: sale.number + 1, ..refund.refund }, ..refund }),
        );
        counts(log, Fact::SaleAborted(aborted));
        counts(log, Fact::ReceiptReprinted(copy));
        let z = log.closing();
        assert_eq!(z.totals.refunds, z.totals.aborted, "the Z has the whole shift");
        counts(log, Fact::ShiftClosed(z));
        let opening = log.opening();
        counts(log, Fact::ShiftOpened(opening));
    }
}

/// What is written, and what becomes of it.
type Garbage = fn(&mut Log) -> Verdict;

#[test]
fn whatever_a_device_wrote_what_it_writes_rightly_afterwards_counts() {
    let number = |after, found| Verdict::Flagged(Flag::Number { after, found });
    let cases: Vec<(&str, Garbage, Verdict)> = vec![
        ("a huge logical time", |log| raw(log, u64::MAX, 11, &Fact::TechnicalEvent(event(""))), {
            Verdict::Flagged(Flag::Lamport { after: 2, found: u64::MAX })
        }),
        ("a logical time that does not rise", |log| raw(log, 2, 11, &Fact::TechnicalEvent(event(""))), {
            Verdict::Flagged(Flag::Lamport { after: 2, found: 2 })
        }),
        ("an unknown kind", |log| log.write_raw(3, u16::MAX, vec![]).verdict, Verdict::Waiting(Wait::Version)),
        ("an unknown kind of huge logical time", |log| log.write_raw(u64::MAX, u16::MAX, vec![]).verdict, Verdict::Waiting(Wait::Version)),
        ("an unknown variant", |log| log.write_raw(3, 11, vec![0x82, 9, 0x60]).verdict, Verdict::Waiting(Wait::Version)),
        ("a sale of number 2^64 - 1", |log| log.write(&Fact::SaleCompleted(Sale { number: u64::MAX, ..log.sale() })), number(1, u64::MAX)),
        ("a sale of a skipped number", |log| log.write(&Fact::SaleCompleted(Sale { number: 7, ..log.sale() })), number(1, 7)),
        ("a sale of an old number", |log| log.write(&Fact::SaleCompleted(Sale { number: 1, ..log.sale() })), number(1, 1)),
        ("a sale of number 0", |log| log.write(&Fact::SaleCompleted(Sale { number: 0, ..log.sale() })), number(1, 0)),
        (
            "a sale of more than there is money",
            |log| log.write(&Fact::SaleCompleted(log.sale_of(&[(Money::MAX_MINOR, 0, 0), (Money::MAX_MINOR, 0, 0)]))),
            Verdict::Flagged(Flag::Amount),
        ),
        (
            "a NUL in a text",
            |log| {
                let mut sale = log.sale();
                sale.lines[0].name = "\0".into();
                log.write(&Fact::SaleCompleted(sale))
            },
            Verdict::Flagged(Flag::Text),
        ),
        ("a second opening", |log| log.write(&Fact::ShiftOpened(log.opening())), Verdict::Flagged(Flag::ShiftOpen)),
        (
            "a second opening of number 2^64 - 1",
            |log| log.write(&Fact::ShiftOpened(ShiftOpened { number: u64::MAX, ..log.opening() })),
            Verdict::Flagged(Flag::ShiftOpen),
        ),
        (
            "a Z of another shift",
            |log| log.write(&Fact::ShiftClosed(ShiftClosed { shift: SHIFT, ..log.closing() })),
            Verdict::Flagged(Flag::ShiftNotOpen),
        ),
        (
            "a Z of number 2^64 - 1",
            |log| log.write(&Fact::ShiftClosed(ShiftClosed { z_number: u64::MAX, ..log.closing() })),
            number(0, u64::MAX),
        ),
        (
            "a forged Z",
            |log| {
                let mut z = log.closing();
                z.totals.sales_gross += 1;
                log.write(&Fact::ShiftClosed(z))
            },
            Verdict::Flagged(Flag::ShiftTotals("the totals")),
        ),
        (
            "a Z counted at the limit",
            |log| log.write(&Fact::ShiftClosed(ShiftClosed { counted_cash: i64::MAX, ..log.closing() })),
            Verdict::Flagged(Flag::Amount),
        ),
        (
            "an opening with a float below zero, its shift closed",
            |log| {
                log.write(&Fact::ShiftClosed(log.closing()));
                log.write(&Fact::ShiftOpened(ShiftOpened { float: -1, ..log.opening() }))
            },
            Verdict::Flagged(Flag::Amount),
        ),
        (
            "an adjustment beyond what can be held",
            |log| log.write(&Fact::AccountAdjusted(adjusted(i64::MIN))),
            Verdict::Flagged(Flag::Amount),
        ),
    ];
    for (name, write, verdict) in cases {
        let mut log = till();
        assert_eq!(write(&mut log), verdict, "{name}");
        go_on(&mut log, name);
    }
    for kind in 1..=12 {
        for body in [vec![], vec![0xff], vec![0x80], b"malformed".to_vec(), vec![0x9f; 9]] {
            let mut log = till();
            assert!(matches!(log.write_raw(3, kind, body.clone()).verdict, Verdict::Flagged(Flag::Unreadable(_))), "{kind} {body:?}");
            go_on(&mut log, "a body that cannot be read");
        }
    }
}

fn raw(log: &mut Log, lamport: u64, kind: u16, fact: &Fact) -> Verdict {
    log.write_raw(lamport, kind, fact.encode().unwrap()).verdict
}

/// A till that counts its numbers itself and once left some out is flagged once, and not for ever.
#[test]
fn a_till_that_once_skipped_a_number_is_flagged_once() {
    let mut log = till();
    let verdicts: Vec<_> = (5..9).map(|number| log.write(&Fact::SaleCompleted(Sale { number, ..log.sale() }))).collect();
    assert_eq!(verdicts[0], Verdict::Flagged(Flag::Number { after: 1, found: 5 }));
    assert_eq!(verdicts[1..], [Verdict::Projected, Verdict::Projected, Verdict::Projected]);
    // The same for shifts.
    log.write(&Fact::ShiftClosed(log.closing()));
    assert_eq!(
        log.write(&Fact::ShiftOpened(ShiftOpened { number: 4, ..log.opening() })),
        Verdict::Flagged(Flag::Number { after: 1, found: 4 })
    );
    assert_eq!(log.write(&Fact::ShiftOpened(ShiftOpened { number: 5, ..log.opening() })), Verdict::Projected);
    assert_eq!(log.write(&Fact::ShiftClosed(log.closing())), Verdict::Projected);
}

/// A till that does not look at its own log: its Z could not be read, and it goes on with the next shifts as if nothing were.
#[test]
fn a_z_that_could_not_be_read_costs_one_shift_more_and_no_other() {
    let mut log = till();
    log.write_raw(3, Kind::ShiftClosed.number(), b"malformed".to_vec());
    let next = ShiftId::from_bytes([50; 16]);
    assert_eq!(log.write(&Fact::ShiftOpened(ShiftOpened { shift: next, ..log.opening() })), Verdict::Flagged(Flag::ShiftOpen));
    assert_eq!(log.write(&Fact::SaleCompleted(Sale { shift: next, ..log.sale() })), Verdict::Projected, "the sale counts, in no Z");
    let z = ShiftClosed { shift: next, z_number: 2, ..log.closing() };
    assert_eq!(log.write(&Fact::ShiftClosed(z)), Verdict::Flagged(Flag::ShiftNotOpen));
    assert_eq!(log.write(&Fact::ShiftOpened(log.opening())), Verdict::Projected);
    assert_eq!(log.state.shift().unwrap().number, 3);
    go_on(&mut log, "it");
}

/// A Z has the number of its own shift, not the last number that was ever written.
#[test]
fn a_shift_number_is_its_shifts_even_when_another_opening_was_flagged() {
    let mut log = till();
    assert_eq!(log.write(&Fact::ShiftOpened(ShiftOpened { number: 900, ..log.opening() })), Verdict::Flagged(Flag::ShiftOpen));
    let z = log.closing();
    assert_eq!((z.z_number, log.state.shift_number()), (1, 900));
    assert_eq!(log.write(&Fact::ShiftClosed(z)), Verdict::Projected);
    assert_eq!(log.opening().number, 901, "each number stands in the log once, flagged or not");
    go_on(&mut log, "it");
}
