use crate::world::{Server, Shop, fields, money};
use duka_api::till::{LinkState, ReceiptRef, Refund, RefundLines, RefundedLine, SaveProduct};
use duka_core::ReceiptId;
use duka_ledger::{DeviceKey, DeviceStandingChanged, Fact, LogId, Scope, Standing, TechnicalEvent, TechnicalKind};
use duka_pos::SyncError;
use duka_sync::{EnvelopeError, MAX_BODY_BYTES, MAX_ENTRIES, Next, Refusal, RefusalReason};

#[test]
fn what_another_till_did_arrives_once_and_can_be_refunded() {
    let server = Server::new();
    let (mut a, mut b) = (Shop::open(&server, "A1"), Shop::open(&server, "B1"));
    let receipt = a.sell(&["T1", "M1"]).receipt;
    a.sync(&server);
    let taken = b.sync(&server);
    assert!(taken.received > 5 && taken.trouble.is_none() && taken.next == Next::InStep, "{taken:?}");
    let digests = b.till().reader().digests().unwrap();
    assert_eq!(b.given(&server, server.pieces(a.device())).received, 0, "I2");
    assert_eq!(b.till().reader().digests().unwrap(), digests);
    let held = b.till().reader().receipt_get(&ReceiptRef { receipt }).unwrap();
    assert_eq!((held.summary.number.as_str(), held.summary.synced), ("A1-000001", true));
    let lines = RefundLines::Receipt { receipt, lines: vec![RefundedLine { line: 1, quantity: crate::world::each(1) }] };
    let refund = Refund { refund: ReceiptId::from_bytes([1; 16]), lines, reason: String::new() };
    assert_eq!(b.till().refund_complete(&refund).unwrap().number, "B1-000001");
    b.assert_balanced();
    b.assert_rebuilds();

    // Both hold the same facts, in another order of arrival: the same tables (I4).
    assert_eq!((b.sync(&server).next, a.sync(&server).next), (Next::InStep, Next::InStep));
    assert_eq!(a.till().reader().digests().unwrap(), b.till().reader().digests().unwrap());
    assert!(a.till().refund_complete(&Refund { refund: ReceiptId::from_bytes([2; 16]), ..refund }).is_err());
    a.assert_rebuilds();
}

#[test]
fn two_managers_who_edit_different_fields_while_apart_both_keep_their_edit() {
    let server = Server::new();
    let (mut a, mut b) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
    a.sync(&server);
    b.sync(&server);
    let tea = a.id("T1");
    let before = fields("Tea", "T1", 295, 200_000, "8714100791325");
    let (mut price, mut name) = (before.clone(), before.clone());
    price.price = money(310);
    name.name = "Black tea".into();
    a.till().product_save(&SaveProduct { product: Some(tea), before: Some(before.clone()), fields: price }).unwrap();
    b.till().product_save(&SaveProduct { product: Some(tea), before: Some(before), fields: name }).unwrap();
    a.sync(&server);
    b.sync(&server);
    a.sync(&server);
    assert_eq!(a.till().reader().digests().unwrap(), b.till().reader().digests().unwrap());
    let list = b.till().reader().product_list(&Default::default()).unwrap().rows;
    let tea = list.into_iter().find(|product| product.product == tea).unwrap();
    assert_eq!((tea.fields.price, tea.fields.name.as_str()), (money(310), "Black tea"));
    a.assert_rebuilds();
    b.assert_rebuilds();
}

#[test]
fn pieces_of_a_device_are_taken_once_its_certificate_has_come() {
    let server = Server::new();
    let (mut a, mut b) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
    a.sync(&server);
    let early = b.given(&server, server.pieces(a.device()));
    assert_eq!(early.received, 0);
    assert!(early.trouble.is_some_and(|text| text.contains("not certified")));
    let taken = b.sync(&server);
    assert!(
        taken.received > 5 && taken.trouble.is_none() && taken.next == Next::InStep,
        "the server's own log lifts the refusal: {taken:?}"
    );
}

#[test]
fn what_was_tampered_with_is_not_taken_and_a_person_is_told() {
    let server = Server::new();
    let (mut a, mut b) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
    b.sync(&server);
    a.sync(&server);
    let good = server.pieces(a.device()).into_iter().find(|piece| piece.entries.len() > 2).unwrap();
    let heads = b.till().reader().heads().unwrap();
    let mut broken = good.clone();
    let bytes = broken.entries[1].to_vec();
    broken.entries[1] =
        bytes.iter().enumerate().map(|(n, byte)| if n + 3 == bytes.len() { byte ^ 1 } else { *byte }).collect::<Vec<_>>().into();
    let mut unsigned = good.clone();
    unsigned.head.signature[7] ^= 1;
    let mut holed = good.clone();
    holed.entries.remove(1);
    for piece in [broken, unsigned, holed] {
        b.peer = None;
        let taken = b.given(&server, vec![piece]);
        assert!(taken.received == 0 && taken.trouble.is_some());
    }
    assert_eq!(b.till().reader().heads().unwrap(), heads);
    let mut late = good.clone();
    late.entries.remove(0);
    b.peer = None;
    let gap = b.given(&server, vec![late]);
    assert_eq!((gap.received, gap.trouble), (0, None), "a gap is asked for again");
}

#[test]
fn an_answer_is_good_for_its_request_and_from_this_tills_server_alone() {
    let server = Server::new();
    let mut a = Shop::open(&server, "A1");
    a.sync(&server);
    let captured = a.till().reader().look().unwrap();
    let answer = server.answer(&captured.bytes);
    let fresh = a.till().reader().look().unwrap();
    assert_eq!(a.hear(fresh, &answer), Err(SyncError::Answer(EnvelopeError::OtherRequest)), "a captured answer is worthless");
    assert_eq!(a.hear(captured, &answer).unwrap().next, Next::InStep);
    let request = a.till().reader().look().unwrap();
    assert!(a.hear(request, b"what").is_err());
    let mut stranger = Server::new();
    stranger.key = DeviceKey::from_secret([1; 32]);
    stranger.certify(a.device(), a.public_key(), "A1");
    let request = a.till().reader().look().unwrap();
    let forged = stranger.answer(&request.bytes);
    assert_eq!(a.hear(request, &forged), Err(SyncError::Answer(EnvelopeError::Signature)));
}

/// Two tills under one device whose sales the server and `b` have heard of in different order; how far both agree, and the forked device.
fn forked(server: &Server, longer_there: bool) -> (Shop, Shop, u64) {
    let (mut a, mut b) = (Shop::open(server, "A1"), Shop::enrolled(server, "B1"));
    a.sync(server);
    b.sync(server);
    let common = server.facts_of_shop(a.device()) as u64;
    let backup = server.back_up();
    a.copy("copy.db");
    a.sell(&["T1"]);
    a.sell(&["T1"]);
    a.sync(server);
    b.sync(server);
    // The clone opens under the same device, sells something else, and meets a server that has not heard of the first.
    server.restore(backup);
    a.put_back("copy.db");
    a.sell(&["M1"]);
    if longer_there {
        a.sell(&["M1"]);
        a.sell(&["M1"]);
    }
    a.sync(server);
    (a, b, common)
}

#[test]
fn two_writers_on_one_log_are_a_fork_of_which_both_branches_are_kept() {
    let server = Server::new();
    let (_, mut b, _) = forked(&server, true);
    let taken = b.sync(&server);
    assert!(taken.trouble.is_some_and(|text| text.contains("Both are kept")));
    let digests = b.till().reader().digests().unwrap();
    let again = b.sync(&server);
    assert!(again.received == 0 && again.trouble.is_some());
    assert_eq!(b.till().reader().digests().unwrap(), digests);
    let kept: i64 = b.raw().query_row("select count(*) from fork", [], |row| row.get(0)).unwrap();
    assert!(kept > 0);
    b.assert_rebuilds();
}

#[test]
fn a_fork_is_no_trouble_any_more_once_a_person_has_revoked_the_device_and_everybody_holds_the_same() {
    for (longer_there, whole) in [(true, true), (true, false), (false, true), (false, false)] {
        let server = Server::new();
        let (a, mut b, common) = forked(&server, longer_there);
        assert!(b.sync(&server).trouble.is_some_and(|text| text.contains("revoke the device")));
        // After the last entry that both branches have, or whatever the server holds.
        let shop_seq = if whole { server.facts_of_shop(a.device()) as u64 } else { common };
        let changed = DeviceStandingChanged {
            device: a.device(),
            standing: Standing::Revoked,
            company_seq: 100,
            shop_seq,
            reason: "two tills".into(),
        };
        server.write(&Fact::DeviceStandingChanged(changed));
        // The till looks now and then; what was put aside is asked for at the next look.
        let taken = (0..4).map(|_| b.sync(&server)).last().unwrap();
        assert_eq!((taken.next, taken.trouble), (Next::InStep, None), "{longer_there} {whole}");
        b.assert_rebuilds();
        let mut late = Shop::enrolled(&server, "C1");
        late.sync(&server);
        b.sync(&server);
        late.sync(&server);
        assert_eq!(late.till().reader().digests().unwrap(), b.till().reader().digests().unwrap(), "{longer_there} {whole}");
        let kept: i64 = b.raw().query_row("select count(*) from fork", [], |row| row.get(0)).unwrap();
        assert!(kept > 0, "nothing is thrown away (I10)");
    }
}

/// B8: nobody loses anything, and others' entries come back too.
#[test]
fn a_server_that_was_restored_to_an_older_backup_is_noticed_and_filled_up_again() {
    let server = Server::new();
    let (mut a, mut b) = (Shop::open(&server, "A1"), Shop::open(&server, "B1"));
    a.sync(&server);
    b.sync(&server);
    let backup = server.back_up();
    a.sell(&["T1"]);
    a.sync(&server);
    let mut late = Shop::enrolled(&server, "L1");
    late.sync(&server);
    assert_eq!(b.sync(&server).next, Next::InStep);
    assert_eq!(b.till().reader().unsynced().unwrap().facts, 0);
    let held = server.head();
    server.restore(backup);
    assert_ne!(server.head(), held);
    // The till that made the sale is gone for good; one that only heard of it brings it back, and the server's own entries too.
    let noticed = b.exchange(&server);
    assert!(noticed.trouble.is_some_and(|text| text.contains("older backup")));
    let filled = b.sync(&server);
    assert_eq!((filled.next, filled.trouble), (Next::InStep, None));
    assert_eq!(server.head(), held);
    let digests = b.till().reader().digests().unwrap();
    a.peer = None;
    assert_eq!(a.sync(&server).next, Next::InStep);
    assert_eq!(a.till().reader().digests().unwrap(), digests);
}

#[test]
fn what_a_till_wrote_can_be_handed_over_though_its_key_is_gone() {
    let server = Server::new();
    let mut a = Shop::open(&server, "A1");
    for _ in 0..MAX_ENTRIES {
        a.sell(&["M1"]);
    }
    let old = a.device();
    a.till().become_new_device().unwrap();
    a.peer = None;
    a.keys.forget(old);
    a.reopen();
    a.enrol(&server, "A2");
    assert_eq!(a.sync(&server).next, Next::InStep);
    let sent: usize = server.pieces(old).iter().map(|piece| piece.entries.len()).sum();
    assert!(sent > MAX_ENTRIES, "{sent}");
    assert_eq!(a.till().reader().unsynced().unwrap(), duka_pos::Unsynced::default());
}

#[test]
fn what_waits_is_counted_until_the_server_has_it() {
    let server = Server::new();
    let mut a = Shop::open(&server, "A1");
    let receipt = a.sell(&["T1"]).receipt;
    a.sell(&["T1"]);
    let waiting = a.till().reader().unsynced().unwrap();
    assert_eq!(waiting.sales, 2);
    assert_eq!(a.till().reader().status().unwrap().link.state, LinkState::Offline);
    a.sync(&server);
    assert_eq!(a.till().reader().unsynced().unwrap(), duka_pos::Unsynced::default());
    assert!(a.till().reader().receipt_get(&ReceiptRef { receipt }).unwrap().summary.synced);
    assert_eq!(a.till().reader().status().unwrap().link.state, LinkState::InStep);
    let third = a.sell(&["T1"]).receipt;
    assert_eq!((a.till().reader().unsynced().unwrap().sales, a.till().reader().unsynced().unwrap().facts), (1, 1));
    assert!(!a.till().reader().receipt_get(&ReceiptRef { receipt: third }).unwrap().summary.synced);
}

#[test]
fn a_long_backlog_goes_in_messages_as_large_as_the_line_allows() {
    let server = Server::new();
    let mut a = Shop::open(&server, "A1");
    for _ in 0..MAX_ENTRIES {
        a.sell(&["M1"]);
    }
    a.exchange(&server);
    let slow = a.ask(8 << 10);
    assert!(slow.bytes.len() < 12 << 10, "{}", slow.bytes.len());
    let fast = a.ask(MAX_BODY_BYTES);
    assert!(fast.bytes.len() > 40 << 10, "{}", fast.bytes.len());
    let log = LogId { device: a.device(), scope: Scope::Shop(server.shop) };
    let mut exchanges = 0;
    while a.till().reader().unsynced().unwrap().facts > 0 {
        let request = a.ask(8 << 10);
        let answer = server.answer(&request.bytes);
        a.hear(request, &answer).unwrap();
        exchanges += 1;
    }
    assert!(exchanges > 5, "{exchanges}");
    assert_eq!(server.pieces(log.device).last().unwrap().head.head, *a.till().reader().heads().unwrap().get(&log).unwrap());
}

#[test]
fn a_fact_of_an_unknown_kind_is_kept_relayed_and_waits_for_an_update() {
    let server = Server::new();
    let mut a = Shop::open(&server, "A1");
    server.write_raw(4_711, vec![0x80]);
    server.write_raw(2, vec![0xff]);
    server.write(&Fact::TechnicalEvent(TechnicalEvent {
        kind: TechnicalKind::Started,
        detail: "server".into(),
        operator: None,
        before: None,
    }));
    let before = server.back_up();
    let taken = a.sync(&server);
    assert_eq!((taken.received, taken.trouble), (4, None));
    let piece = server.piece();
    assert_eq!(a.till().reader().heads().unwrap().get(&piece.log), Some(&piece.head.head));
    server.restore(before);
    server.forget_own_log();
    assert_eq!(a.sync(&server).next, Next::InStep);
    assert_eq!(server.piece(), piece, "byte for byte, under the server's own signature");
    a.settings.version = "0.2.0".into();
    a.reopen();
    a.assert_rebuilds();
}

#[test]
fn tables_that_differ_though_the_journal_is_the_same_are_an_alarm() {
    let server = Server::new();
    let mut a = Shop::open(&server, "A1");
    a.sell(&["T1"]);
    a.sync(&server);
    let mut digests = a.till().reader().digests().unwrap();
    server.set_digests(digests.clone());
    let asked = |a: &mut Shop| {
        a.peer.as_mut().unwrap().asked();
        a.sync(&server)
    };
    assert_eq!(asked(&mut a).trouble, None);
    digests[1].digest = "0:0".into();
    server.set_digests(digests);
    let taken = asked(&mut a);
    assert!(taken.trouble.is_some_and(|text| text.contains("table device_standing")));
    assert_eq!(a.sync(&server).trouble, None, "compared only when a person asks");
}

#[test]
fn what_the_server_refused_is_told() {
    let server = Server::new();
    let mut a = Shop::open(&server, "A1");
    let log = LogId { device: a.device(), scope: Scope::Shop(server.shop) };
    assert_eq!(a.told(&server, log, Refusal { seq: 3, reason: RefusalReason::Gap }).trouble, None, "a gap mends itself");
    let refused = a.told(&server, log, Refusal { seq: 4, reason: RefusalReason::NotThisScope });
    assert!(refused.trouble.is_some_and(|text| text.contains("another shop")));
}

#[test]
fn the_only_till_of_a_shop_fills_up_a_server_that_has_forgotten_it() {
    let server = Server::new();
    let before = server.back_up();
    let mut a = Shop::open(&server, "A1");
    a.sell(&["T1"]);
    a.sync(&server);
    server.restore(before);
    a.sell(&["M1"]);
    a.peer = None;
    assert_eq!(a.sync(&server).next, Next::InStep);
    assert_eq!(server.receipt_count(a.device()), 2);
    assert!(server.certificate(a.device()).is_some());
}

fn note(detail: &str) -> Fact {
    Fact::TechnicalEvent(TechnicalEvent { kind: TechnicalKind::Started, detail: detail.into(), operator: None, before: None })
}

/// The way out that the till names.
#[test]
fn a_restored_server_that_was_written_to_too_early_is_mended_by_restoring_it_again_and_letting_the_tills_speak_first() {
    let server = Server::new();
    let (mut a, mut witness) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
    a.sync(&server);
    let backup = server.back_up();
    server.write(&note("a price"));
    server.write(&note("another"));
    a.sync(&server);
    witness.sync(&server);
    for (sold, written) in [(1, 1), (2, 3)] {
        server.restore(backup.clone());
        for _ in 0..written {
            server.write(&note("written too early"));
        }
        a.sell(&["T1"]);
        a.peer = None;
        let taken = a.sync(&server);
        assert_eq!((taken.next, server.receipt_count(a.device())), (Next::Stuck, sold), "sales go on");
        assert!(taken.trouble.is_some_and(|text| text.contains("Restore that backup")), "{written}");
    }
    server.restore(backup);
    a.peer = None;
    assert_eq!(a.sync(&server).next, Next::InStep);
    server.write(&note("a price"));
    let taken = a.sync(&server);
    assert_eq!((taken.next, taken.received, taken.trouble), (Next::InStep, 1, None));
    witness.peer = None;
    assert_eq!(witness.sync(&server).next, Next::InStep);
}
