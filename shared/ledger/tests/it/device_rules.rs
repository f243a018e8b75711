//! Who may write what, and where: scope, role and standing of a device.

use crate::log::{Log, SERVER, adjusted, certificate, device, edited, event, key, moved, revoked, server_certificate};
use duka_core::ShopId;
use duka_ledger::{
    DeviceCertified, DeviceStandingChanged, Fact, Kind, Scope, Standing,
    rule::{Flag, LogState, MAX_LAMPORT_STEP, Verdict},
};

#[test]
fn each_kind_belongs_into_the_logs_of_its_scope_and_writer() {
    let till = Log::till(1);
    let day = [
        Fact::ShiftOpened(till.opening()),
        Fact::SaleCompleted(till.sale()),
        Fact::RefundCompleted(till.refund()),
        Fact::SaleAborted(till.aborted()),
        Fact::ReceiptReprinted(till.reprinted()),
        Fact::ShiftClosed(till.closing()),
        Fact::StockMoved(moved(1)),
        Fact::AccountAdjusted(adjusted(1)),
    ];
    for fact in day {
        let kind = fact.kind();
        assert_eq!(Log::company(1).write(&fact), Verdict::Flagged(Flag::Scope(kind)));
        assert_eq!(Log::server().write(&fact), Verdict::Flagged(Flag::Role(kind)));
    }
    let (of_server, record) = (Fact::DeviceCertified(certificate(2)), Fact::RecordChanged(edited(1, 1)));
    let standing = Fact::DeviceStandingChanged(revoked(2, 0, 0));
    let event = Fact::TechnicalEvent(event("started"));
    let cases = [
        (Log::server(), &of_server, Verdict::Projected),
        (Log::company(1), &of_server, Verdict::Flagged(Flag::Role(Kind::DeviceCertified))),
        (Log::till(1), &of_server, Verdict::Flagged(Flag::Role(Kind::DeviceCertified))),
        (Log::server(), &standing, Verdict::Projected),
        (Log::company(1), &standing, Verdict::Flagged(Flag::Role(Kind::DeviceStandingChanged))),
        (Log::server(), &record, Verdict::Projected),
        (Log::company(1), &record, Verdict::Projected),
        (Log::till(1), &record, Verdict::Flagged(Flag::Scope(Kind::RecordChanged))),
        (Log::server(), &event, Verdict::Projected),
        (Log::till(1), &event, Verdict::Projected),
        (Log::company(1), &event, Verdict::Flagged(Flag::Scope(Kind::TechnicalEvent))),
    ];
    for (mut log, fact, verdict) in cases {
        assert_eq!(log.write(fact), verdict, "{fact:?} in {}", log.id);
    }
}

/// Receipts are keyed by device and number. A till that numbered them in a second shop's log as well would have two of one key (I4).
#[test]
fn a_till_writes_for_its_own_shop_alone() {
    let elsewhere = Scope::Shop(ShopId::from_bytes([77; 16]));
    let mut log = Log::new(certificate(1), elsewhere);
    assert_eq!(log.write(&Fact::SaleCompleted(log.sale())), Verdict::Flagged(Flag::Scope(Kind::SaleCompleted)));
    assert_eq!(log.write(&Fact::TechnicalEvent(event("started"))), Verdict::Flagged(Flag::Scope(Kind::TechnicalEvent)));
    let mut homeless = Log::new(DeviceCertified { shop: None, ..certificate(1) }, elsewhere);
    assert_eq!(homeless.write(&Fact::StockMoved(moved(1))), Verdict::Flagged(Flag::Scope(Kind::StockMoved)));
}

/// Two servers could certify one device differently, and the order of arrival would decide (I4).
#[test]
fn a_company_has_one_server_and_it_certifies_itself() {
    let mut log = Log::server();
    let second = DeviceCertified { device: device(101), key: key(101).public(), ..server_certificate() };
    assert_eq!(log.write(&Fact::DeviceCertified(second)), Verdict::Flagged(Flag::Role(Kind::DeviceCertified)));
    assert_eq!(log.write(&Fact::DeviceCertified(server_certificate())), Verdict::Projected);
    let till = DeviceCertified { name: "\0".into(), ..certificate(2) };
    assert_eq!(log.write(&Fact::DeviceCertified(till)), Verdict::Flagged(Flag::Text));
}

/// A certificate whose key is none would stand in the table of devices as a row that nobody can read.
#[test]
fn a_certificate_without_a_key_is_flagged() {
    let mut log = Log::server();
    let fact = Fact::DeviceCertified(certificate(2));
    let mut body = fact.encode().unwrap();
    let key = *certificate(2).key.as_bytes();
    let at = body.windows(32).position(|bytes| bytes == key).unwrap();
    body[at..at + 32].copy_from_slice(&[2; 32]);
    let verdict = log.write_raw(1, Kind::DeviceCertified.number(), body).verdict;
    assert!(matches!(verdict, Verdict::Flagged(Flag::Unreadable(_))), "{verdict:?}");
}

/// If the server revoked itself, the fact that says so would not count either, and so on for ever.
#[test]
fn a_server_cannot_revoke_itself() {
    let mut log = Log::server();
    let itself = DeviceStandingChanged { device: SERVER, ..revoked(1, 0, 0) };
    assert_eq!(log.write(&Fact::DeviceStandingChanged(itself)), Verdict::Flagged(Flag::Role(Kind::DeviceStandingChanged)));
    let endless = revoked(1, 0, u64::MAX);
    assert_eq!(log.write(&Fact::DeviceStandingChanged(endless)), Verdict::Flagged(Flag::Amount), "a place that no column can hold");
}

/// The log that a till wrote, judged again with what the server says of it now.
fn standing(log: &Log, changed: DeviceStandingChanged) -> Vec<Verdict> {
    let mut again = Log::new(log.writer.certificate.clone(), log.id.scope);
    again.writer.standing = Some(changed);
    log.entries
        .iter()
        .map(|sealed| again.write_raw(sealed.entry().lamport, sealed.entry().kind, sealed.entry().body.to_vec()).verdict)
        .collect()
}

#[test]
fn what_a_device_wrote_after_it_was_revoked_does_not_count_until_it_is_released() {
    let mut shop = Log::till(1);
    for _ in 0..3 {
        shop.write(&Fact::SaleCompleted(shop.sale()));
    }
    let mut company = Log::company(1);
    company.write(&Fact::RecordChanged(edited(1, 1)));
    let (counts, not) = (Verdict::Projected, Verdict::Flagged(Flag::Revoked));
    assert_eq!(standing(&shop, revoked(1, 0, 2)), [counts.clone(), counts.clone(), not.clone()]);
    assert_eq!(standing(&company, revoked(1, 0, 2)), [not], "each log of a device has its own last place");
    assert_eq!(standing(&company, revoked(1, 1, 0)).first(), Some(&counts));
    let released = DeviceStandingChanged { standing: Standing::Active, ..revoked(1, 0, 0) };
    assert_eq!(standing(&shop, released), [counts.clone(), counts.clone(), counts]);
}

/// What does not count moves nothing: neither numbers nor logical time.
#[test]
fn a_revoked_device_moves_its_log_no_further() {
    let mut log = Log::till(1);
    log.write(&Fact::SaleCompleted(log.sale()));
    log.writer.standing = Some(revoked(1, 0, 1));
    let before = log.state.clone();
    assert_eq!(log.write_raw(1 << 31, 999, vec![]).verdict, Verdict::Flagged(Flag::Revoked));
    assert_eq!(log.write(&Fact::SaleCompleted(log.sale())), Verdict::Flagged(Flag::Revoked));
    assert_eq!(log.state, before);
}

/// I8: a logical time out of bounds is flagged and not adopted.
#[test]
fn logical_time_rises_and_not_by_too_much() {
    let event = Fact::TechnicalEvent(event("started"));
    let (kind, body) = (event.kind().number(), event.encode().unwrap());
    let mut log = Log::till(1);
    for (found, after, fits) in [
        (0, 0, false),
        (10, 10, true),
        (10, 10, false),
        (9, 10, false),
        (u64::MAX, 10, false),
        (11 + MAX_LAMPORT_STEP, 10, false),
        (10 + MAX_LAMPORT_STEP, 10 + MAX_LAMPORT_STEP, true),
        (11 + MAX_LAMPORT_STEP, 11 + MAX_LAMPORT_STEP, true),
    ] {
        let before = log.state.lamport();
        let flag = Flag::Lamport { after: before, found };
        assert_eq!(log.write_raw(found, kind, body.clone()).verdict, if fits { Verdict::Projected } else { Verdict::Flagged(flag) });
        assert_eq!(log.state.lamport(), after);
    }
}

#[test]
fn whatever_a_writer_has_seen_its_next_logical_time_is_admitted() {
    let mut log = Log::till(1);
    for seen in [0, 5, 5, u64::MAX, 7, u64::MAX, u64::MAX] {
        let next = log.state.next_lamport(seen);
        let verdict = log.write_raw(next, Kind::TechnicalEvent.number(), Fact::TechnicalEvent(event("")).encode().unwrap()).verdict;
        assert_eq!((verdict, log.state.lamport()), (Verdict::Projected, next));
    }
    // A state that was read from bytes may say anything.
    let endless: LogState = minicbor::decode(&[0x88, 0x1b, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0xf6, 0xf6]).unwrap();
    assert_eq!((endless.lamport(), endless.next_lamport(u64::MAX)), (u64::MAX, u64::MAX));
}

/// A series stands on every receipt and in its code: one that fits on none would stop the till's printer for good.
#[test]
fn a_till_with_a_series_that_fits_on_no_receipt_is_not_certified() {
    for series in ["", "A 1", "A\u{e9}", "A2345678901234567", &"A".repeat(1_000)] {
        let mut log = Log::server();
        let till = DeviceCertified { series: series.to_owned(), ..certificate(2) };
        let quoted = series.chars().take(200).collect();
        assert_eq!(log.write(&Fact::DeviceCertified(till)), Verdict::Flagged(Flag::NoSeries(quoted)), "{series}");
    }
    let longest = DeviceCertified { series: "ABCDEFGH.1000000".into(), ..certificate(2) };
    assert_eq!(Log::server().write(&Fact::DeviceCertified(longest)), Verdict::Projected);
}
