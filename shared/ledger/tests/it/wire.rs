//! The bytes of everything that is stored or sent, so that nobody changes them by accident: they are for ever.

use crate::log::{Log, adjusted, certificate, edited, event, key, moved, revoked};
use data_encoding::HEXLOWER;
use duka_core::{OperatorId, ReceiptId, Timestamp};
use duka_ledger::{Batch, Body, Fact, Head, Kind, LineRef, ReceiptCode, TechnicalEvent};
use std::fmt::Write;

/// One of each kind, with every optional field said.
fn one_of_each() -> Vec<Fact> {
    let mut log = Log::till(1);
    log.write(&Fact::ShiftOpened(log.opening()));
    let mut sale = log.sale();
    sale.lines[0].note = Some("gift".into());
    sale.lines.truncate(1);
    let mut refund = log.refund();
    refund.refund.lines[0].refunds = Some(LineRef { receipt: ReceiptId::from_bytes([5; 16]), line: 2 });
    let opened = Fact::ShiftOpened(Log::till(1).opening());
    log.write(&Fact::SaleCompleted(log.sale()));
    let event =
        TechnicalEvent { operator: Some(OperatorId::from_bytes([3; 16])), before: Some(Timestamp::from_micros(-1)), ..event("clock set") };
    vec![
        Fact::DeviceCertified(certificate(1)),
        opened,
        Fact::SaleCompleted(sale),
        Fact::SaleAborted(log.aborted()),
        Fact::RefundCompleted(refund),
        Fact::StockMoved(moved(486)),
        Fact::AccountAdjusted(adjusted(500)),
        Fact::ShiftClosed(log.closing()),
        Fact::RecordChanged(edited(1, 1)),
        Fact::ReceiptReprinted(log.reprinted()),
        Fact::TechnicalEvent(event),
        Fact::DeviceStandingChanged(revoked(1, 2, 3)),
    ]
}

#[test]
fn what_is_stored_and_sent_stays_as_it_is() {
    let mut text = String::new();
    let mut say = |name: &str, bytes: &[u8]| writeln!(text, "{name}: {}", HEXLOWER.encode(bytes)).unwrap();
    let facts = one_of_each();
    let mut log = Log::till(1);
    for (number, fact) in (1..).zip(&facts) {
        let body = fact.encode().unwrap();
        assert_eq!(fact.kind().number(), number, "one of each kind");
        assert_eq!(Fact::decode(number, &body), Ok(Body::Known(fact.clone())));
        say(&format!("{number} {}", fact.kind().name()), &body);
    }
    assert_eq!(Kind::from_number(13), None, "a new kind needs its bytes here");
    log.write(&facts[1]);
    log.write(&Fact::SaleCompleted(log.sale()));
    let sealed = log.entries.last().unwrap();
    let head = key(1).sign_head(Head { log: log.id, seq: 2, hash: sealed.hash() });
    let sale = Log::till(1).sale();
    let code = ReceiptCode {
        device: log.id.device,
        receipt: sale.receipt,
        series: sale.series,
        number: sale.number,
        currency: sale.currency,
        gross: sale.gross,
        seq: 2,
        hash: sealed.hash(),
    }
    .sign(&key(1));
    say("entry", sealed.bytes());
    say("hash of it", sealed.hash().as_bytes());
    say("signed head", &minicbor::to_vec(head).unwrap());
    say("batch", &minicbor::to_vec(Batch { log: log.id, entries: vec![sealed.bytes().to_vec().into()], head }).unwrap());
    say("state of a log", &minicbor::to_vec(&log.state).unwrap());
    say("certificate of the company's server", &Fact::DeviceCertified(crate::log::server_certificate()).encode().unwrap());
    say("head of a company log", &minicbor::to_vec(Head { log: Log::server().id, seq: 1, hash: sealed.hash() }).unwrap());
    writeln!(text, "receipt code: {}", code.text()).unwrap();
    insta::assert_snapshot!(text);
}
