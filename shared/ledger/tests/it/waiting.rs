//! What only a newer version understands waits, and with it what may rest on it (I10).

use crate::log::{Log, adjusted, event, rate};
use duka_ledger::{
    Account, AccountAdjusted, Body, Fact, Kind,
    rule::{Flag, StoredVerdict, Verdict, Wait},
};

/// A kind that this version does not know.
const NEWER: u16 = 999;

#[test]
fn a_fact_of_an_unknown_kind_is_kept_as_it_is() {
    assert_eq!(Fact::decode(NEWER, b"whatever"), Ok(Body::Unknown));
    assert!(Fact::decode(Kind::SaleCompleted.number(), b"whatever").is_err());
}

/// The bytes of a fact with some of them replaced.
fn patched(fact: &Fact, from: &[u8], to: &[u8]) -> Result<Body, String> {
    let body = fact.encode().unwrap();
    let at = body.windows(from.len()).position(|bytes| bytes == from).unwrap();
    let new = [&body[..at], to, &body[at + from.len()..]].concat();
    Fact::decode(fact.kind().number(), &new).map_err(|fault| fault.fault)
}

#[test]
fn a_variant_inside_that_only_a_newer_version_knows_makes_the_whole_fact_one() {
    let log = Log::till(1);
    let sale = Fact::SaleCompleted(log.sale());
    let moved = Fact::AccountAdjusted(adjusted(500));
    // A tender (cash, 180 of 180), a unit (1.000 piece), a currency, an account, a reason (500 for bad debt), a technical event.
    let newer: [(&Fact, &[u8], &[u8]); 6] = [
        (&sale, &[0x83, 0, 0x18, 180, 0x18, 180], &[0x83, 9, 0x18, 180, 0x18, 180]),
        (&sale, &[0x82, 0x19, 0x03, 0xe8, 0], &[0x82, 0x19, 0x03, 0xe8, 9]),
        (&sale, b"GBP", b"ZZZ"),
        (&moved, b"\x68bad_debt", b"\x69gift_card"),
        (&moved, &[0x19, 0x01, 0xf4, 0], &[0x19, 0x01, 0xf4, 9]),
        (&Fact::TechnicalEvent(event("")), &[0x82, 0], &[0x82, 9]),
    ];
    for (fact, from, to) in newer {
        assert_eq!(patched(fact, from, to), Ok(Body::Unknown), "{to:?}");
    }
}

#[test]
fn what_no_version_can_have_written_is_not_mistaken_for_a_newer_ones() {
    let sale = Fact::SaleCompleted(Log::till(1).sale());
    let tax = Fact::AccountAdjusted(AccountAdjusted { debit: Account::Tax(rate(1)), ..adjusted(500) });
    assert!(patched(&sale, b"GBP", b"gbp").is_err());
    assert!(patched(&tax, b"tax:1", b"tax:x").is_err());
}

#[test]
fn bytes_behind_a_fact_make_it_unreadable() {
    let fact = Fact::TechnicalEvent(event("started"));
    let body = [fact.encode().unwrap(), vec![0]].concat();
    assert!(Fact::decode(fact.kind().number(), &body).is_err());
}

/// A field that a newer version added behind the known ones is passed over.
#[test]
fn a_newer_field_of_a_known_fact_is_no_fault() {
    let before = Some(duka_core::Timestamp::EPOCH);
    let fact = Fact::TechnicalEvent(duka_ledger::TechnicalEvent { before, ..event("started") });
    let mut body = fact.encode().unwrap();
    body[0] += 1;
    body.extend([0x82, 0x01, 0x61, b'x']);
    assert_eq!(Fact::decode(fact.kind().number(), &body), Ok(Body::Known(fact)));
}

#[test]
fn what_the_log_alone_makes_wrong_waits_behind_what_is_not_understood() {
    let mut log = Log::till(1);
    log.write(&Fact::ShiftOpened(log.opening()));
    log.write(&Fact::SaleCompleted(log.sale()));
    assert_eq!(log.write_raw(log.state.next_lamport(0), NEWER, vec![]).verdict, Verdict::Waiting(Wait::Version));
    assert_eq!(log.state.waiting_from(), Some(3));

    // The unknown one may have had number 2: the next is neither right nor wrong, and those after it follow.
    let mut third = log.sale();
    third.number = 3;
    assert_eq!(log.write(&Fact::SaleCompleted(third)), Verdict::Waiting(Wait::Entry(3)));
    assert_eq!(log.write(&Fact::SaleCompleted(log.sale())), Verdict::Projected);
    assert_eq!(log.state.receipt_number(), 4);

    // Wrong by itself is wrong whatever came before.
    let mut forged = log.sale();
    forged.gross += 1;
    assert!(matches!(log.write(&Fact::SaleCompleted(forged)), Verdict::Flagged(Flag::Sum(_))));

    // The Z knows what the unknown entry did; this version does not.
    let mut z = log.closing();
    z.totals.sales += 1;
    assert_eq!(log.write(&Fact::ShiftClosed(z)), Verdict::Waiting(Wait::Entry(3)));
    assert_eq!(log.write_raw(log.state.next_lamport(0), NEWER, vec![]).verdict, Verdict::Waiting(Wait::Version));
    assert_eq!(log.state.waiting_from(), Some(3), "the first is what must be understood");
    assert_eq!(log.write(&Fact::ShiftOpened(log.opening())), Verdict::Projected);
}

#[test]
fn what_waits_is_tried_again_when_it_can_be_read_and_not_while_it_waits_for_another() {
    let mut log = Log::till(1);
    log.write_raw(log.state.next_lamport(0), NEWER, vec![]);
    let mut second = log.sale();
    second.number = 2;
    log.write(&Fact::SaleCompleted(second));
    log.write(&Fact::SaleCompleted(log.sale()));
    let [unknown, behind, counts] = &log.entries[..] else { panic!("three entries") };
    let stood = |verdict: &Verdict, sealed| StoredVerdict::from(verdict).may_wait_no_more(sealed, &log.state);
    assert!(!stood(&Verdict::Waiting(Wait::Version), unknown));
    assert!(!stood(&Verdict::Waiting(Wait::Entry(1)), behind));
    assert!(stood(&Verdict::Waiting(Wait::Version), behind), "an older version did not know sales");
    assert!(stood(&Verdict::Waiting(Wait::Certificate), behind));
    assert!(!stood(&Verdict::Projected, counts));
}
