use crate::world::{Server, Shop, answer, fields, money};
use duka_api::till::{LinkState, ReceiptRef, Refund, RefundLines, RefundedLine, SaveProduct};
use duka_core::{DeviceId, ReceiptId};
use duka_ledger::{DeviceKey, Fact, Head, TechnicalEvent, TechnicalKind};
use duka_pos::SyncError;
use duka_sync::{MAX_ENTRIES, Range, Refusal, RefusalReason};

fn all(server: &Server, shops: &mut [&mut Shop]) -> Vec<u8> {
    let mut batches = vec![server.batch()];
    for shop in shops.iter_mut() {
        batches.extend(shop.batches());
    }
    let have = batches.iter().map(|batch| batch.head.head).collect();
    // The order of a message says nothing: certificates may come last.
    batches.reverse();
    server.seal(&answer(have, batches))
}

#[test]
fn what_another_till_did_arrives_once_and_can_be_refunded() {
    let server = Server::new();
    let (mut a, mut b) = (Shop::open(&server, "A1"), Shop::open(&server, "B1"));
    let receipt = a.sell(&["T1", "M1"]).receipt;
    let message = all(&server, &mut [&mut a]);
    let taken = b.till().sync_take(&message).unwrap();
    assert!(taken.received > 5 && taken.trouble.is_none(), "{taken:?}");
    let digests = b.till().reader().digests().unwrap();
    assert_eq!(b.till().sync_take(&message).unwrap().received, 0, "I2");
    assert_eq!(b.till().reader().digests().unwrap(), digests);
    let held = b.till().reader().receipt_get(&ReceiptRef { receipt }).unwrap();
    assert_eq!((held.summary.number.as_str(), held.summary.synced), ("A1-000001", true));
    let lines = RefundLines::Receipt { receipt, lines: vec![RefundedLine { line: 1, quantity: crate::world::each(1) }] };
    let refund = Refund { refund: ReceiptId::from_bytes([1; 16]), lines, reason: String::new() };
    assert_eq!(b.till().refund_complete(&refund).unwrap().number, "B1-000001");
    b.assert_balanced();
    b.assert_rebuilds();

    // Both hold the same facts, in another order of arrival: the same tables (I4).
    let message = all(&server, &mut [&mut b]);
    a.till().sync_take(&message).unwrap();
    assert_eq!(a.till().reader().digests().unwrap(), b.till().reader().digests().unwrap());
    assert!(a.till().refund_complete(&Refund { refund: ReceiptId::from_bytes([2; 16]), ..refund }).is_err());
    a.assert_rebuilds();
}

#[test]
fn two_managers_who_edit_different_fields_while_apart_both_keep_their_edit() {
    let server = Server::new();
    let (mut a, mut b) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
    b.till().sync_take(&all(&server, &mut [&mut a])).unwrap();
    let tea = a.id("T1");
    let before = fields("Tea", "T1", 295, 200_000, "8714100791325");
    let (mut price, mut name) = (before.clone(), before.clone());
    price.price = money(310);
    name.name = "Black tea".into();
    a.till().product_save(&SaveProduct { product: Some(tea), before: Some(before.clone()), fields: price }).unwrap();
    b.till().product_save(&SaveProduct { product: Some(tea), before: Some(before), fields: name }).unwrap();
    let (to_b, to_a) = (all(&server, &mut [&mut a]), all(&server, &mut [&mut b]));
    a.till().sync_take(&to_a).unwrap();
    b.till().sync_take(&to_b).unwrap();
    assert_eq!(a.till().reader().digests().unwrap(), b.till().reader().digests().unwrap());
    let list = b.till().reader().product_list(&Default::default()).unwrap().rows;
    let tea = list.into_iter().find(|product| product.product == tea).unwrap();
    assert_eq!((tea.fields.price, tea.fields.name.as_str()), (money(310), "Black tea"));
    a.assert_rebuilds();
    b.assert_rebuilds();
}

#[test]
fn a_batch_of_a_device_that_is_not_certified_yet_waits() {
    let server = Server::new();
    let (mut a, mut b) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
    let early = server.seal(&answer(vec![], a.batches()));
    let taken = b.till().sync_take(&early).unwrap();
    assert_eq!((taken.received, taken.more, taken.trouble), (0, false, None));
    let whole = all(&server, &mut [&mut a]);
    assert!(b.till().sync_take(&whole).unwrap().received > 5);
}

#[test]
fn what_was_tampered_with_is_not_taken_and_a_person_is_told() {
    let server = Server::new();
    let (mut a, mut b) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
    b.till().sync_take(&server.seal(&answer(vec![], vec![server.batch()]))).unwrap();
    let good = a.batches();
    let heads = b.till().reader().heads().unwrap();
    let mut broken = good.clone();
    let bytes = broken[1].entries[1].to_vec();
    broken[1].entries[1] =
        bytes.iter().enumerate().map(|(n, byte)| if n + 3 == bytes.len() { byte ^ 1 } else { *byte }).collect::<Vec<_>>().into();
    let mut unsigned = good.clone();
    unsigned[1].head.signature[7] ^= 1;
    let mut holed = good.clone();
    holed[1].entries.remove(1);
    for batches in [vec![broken[1].clone()], vec![unsigned[1].clone()], vec![holed[1].clone()]] {
        let taken = b.till().sync_take(&server.seal(&answer(vec![], batches))).unwrap();
        assert!(taken.received == 0 && taken.trouble.is_some());
    }
    assert_eq!(b.till().reader().heads().unwrap(), heads);
    let late = good.iter().cloned().map(|mut batch| {
        batch.entries.remove(0);
        batch
    });
    let gap = b.till().sync_take(&server.seal(&answer(vec![], late.collect()))).unwrap();
    assert_eq!((gap.received, gap.trouble), (0, None), "a gap is asked for again");
    let stranger = DeviceKey::from_secret([1; 32]);
    let forged = duka_sync::Envelope::seal(server.device, &stranger, duka_sync::Purpose::Answer, &answer(vec![], good)).unwrap();
    assert!(matches!(b.till().sync_take(&forged), Err(SyncError::Answer(_))));
    assert!(b.till().sync_take(b"what").is_err());
    let other =
        duka_sync::Envelope::seal(DeviceId::from_bytes([4; 16]), &stranger, duka_sync::Purpose::Answer, &answer(vec![], vec![])).unwrap();
    assert_eq!(b.till().sync_take(&other), Err(SyncError::OtherServer));
}

#[test]
fn two_writers_on_one_log_are_a_fork_of_which_both_branches_are_kept() {
    let server = Server::new();
    let (mut a, mut b) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
    let copy = a.folder.path().join("copy.db");
    a.raw().execute("vacuum into ?1", [copy.to_str().unwrap()]).unwrap();
    a.sell(&["T1"]);
    b.till().sync_take(&all(&server, &mut [&mut a])).unwrap();
    // The clone opens under the same device and sells something else.
    a.till = None;
    a.name = "copy.db".into();
    a.reopen();
    a.sell(&["M1"]);
    let taken = b.till().sync_take(&all(&server, &mut [&mut a])).unwrap();
    assert!(taken.trouble.is_some_and(|text| text.contains("Both are kept")));
    let digests = b.till().reader().digests().unwrap();
    let again = b.till().sync_take(&all(&server, &mut [&mut a])).unwrap();
    assert!(again.received == 0 && again.trouble.is_some());
    assert_eq!(b.till().reader().digests().unwrap(), digests);
    let kept: i64 = b.raw().query_row("select count(*) from fork", [], |row| row.get(0)).unwrap();
    assert!(kept > 0);
    b.assert_rebuilds();
}

#[test]
fn a_server_that_holds_more_of_our_log_than_we_do_shows_an_old_copy() {
    let server = Server::new();
    let mut a = Shop::open(&server, "A1");
    let copy = a.folder.path().join("copy.db");
    a.raw().execute("vacuum into ?1", [copy.to_str().unwrap()]).unwrap();
    a.sell(&["T1"]);
    a.sell(&["T1"]);
    let message = all(&server, &mut [&mut a]);
    assert_eq!(a.till().sync_take(&message).unwrap().trouble, None);
    a.till = None;
    a.name = "copy.db".into();
    a.reopen();
    let taken = a.till().sync_take(&message).unwrap();
    assert!(taken.trouble.is_some_and(|text| text.contains("new device")));
    a.till().become_new_device().unwrap();
    a.enrol(&server, "A2");
    // As another's, the old log comes whole from the server, also the part that this copy never had … unless it wrote something itself.
    let trouble = a.till().sync_take(&server.seal(&answer(vec![], vec![server.batch()]))).unwrap().trouble;
    assert_eq!(trouble, None);
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
    let message = all(&server, &mut [&mut a]);
    a.till().sync_take(&message).unwrap();
    assert_eq!(a.till().reader().unsynced().unwrap(), duka_pos::Unsynced::default());
    assert!(a.till().reader().receipt_get(&ReceiptRef { receipt }).unwrap().summary.synced);
    assert_eq!(a.till().reader().status().unwrap().link.state, LinkState::InStep);
    let third = a.sell(&["T1"]).receipt;
    assert_eq!((a.till().reader().unsynced().unwrap().sales, a.till().reader().unsynced().unwrap().facts), (1, 1));
    assert!(!a.till().reader().receipt_get(&ReceiptRef { receipt: third }).unwrap().summary.synced);
}

#[test]
fn a_request_is_cut_to_what_a_message_may_hold_and_goes_on_from_there() {
    let server = Server::new();
    let mut a = Shop::open(&server, "A1");
    for _ in 0..MAX_ENTRIES {
        a.sell(&["M1"]);
    }
    let device = a.till().reader().device().unwrap();
    let head = a.till().reader().heads().unwrap().into_iter().find(|head| head.log.device == device && head.seq > 100).unwrap();
    let mut from = 1;
    let mut sizes = Vec::new();
    while from <= head.seq {
        let request = a.request(&[Range { log: head.log, from, to: head.seq }], false);
        let batch = &request.batches[0];
        assert!(batch.head.verify(&a.settings.keys.load(device).unwrap().map(DeviceKey::from_secret).unwrap().public()).is_ok());
        sizes.push(batch.entries.len());
        from = batch.head.head.seq + 1;
    }
    assert_eq!(sizes[0], MAX_ENTRIES);
    assert_eq!(sizes.iter().sum::<usize>() as u64, head.seq);
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
    let taken = a.till().sync_take(&server.seal(&answer(vec![server.head()], vec![server.batch()]))).unwrap();
    assert_eq!((taken.received, taken.trouble), (4, None));
    let head: Head = server.head();
    assert!(a.till().reader().heads().unwrap().contains(&head));
    let relayed = a.request(&[Range { log: head.log, from: 1, to: head.seq }], false).batches;
    assert_eq!(relayed, [server.batch()], "byte for byte, under the server's own signature");
    a.settings.version = "0.2.0".into();
    a.reopen();
    a.assert_rebuilds();
}

#[test]
fn tables_that_differ_though_the_journal_is_the_same_are_an_alarm() {
    let server = Server::new();
    let mut a = Shop::open(&server, "A1");
    a.sell(&["T1"]);
    let mut batches = vec![server.batch()];
    batches.extend(a.batches());
    let have: Vec<Head> = batches.iter().map(|batch| batch.head.head).collect();
    let mut message = answer(have, batches);
    a.till().sync_take(&server.seal(&message)).unwrap();
    message.digests = a.till().reader().digests().unwrap();
    let taken = a.till().sync_take(&server.seal(&message)).unwrap();
    assert_eq!((taken.trouble, taken.in_step), (None, true));
    message.digests[1].digest = "0:0".into();
    let taken = a.till().sync_take(&server.seal(&message)).unwrap();
    assert!(taken.trouble.is_some_and(|text| text.contains("table device_standing")));
    a.sell(&["T1"]);
    let taken = a.till().sync_take(&server.seal(&message)).unwrap();
    assert_eq!((taken.trouble, taken.in_step), (None, false), "not in step: nothing to compare");
}

#[test]
fn what_the_server_refused_is_told() {
    let server = Server::new();
    let mut a = Shop::open(&server, "A1");
    let log = a.till().reader().heads().unwrap()[0].log;
    let mut message = answer(vec![], vec![server.batch()]);
    message.refused = vec![
        Refusal { log, seq: 3, reason: RefusalReason::Gap, detail: "gap".into() },
        Refusal { log, seq: 4, reason: RefusalReason::NotAllowed, detail: "not your shop".into() },
    ];
    let taken = a.till().sync_take(&server.seal(&message)).unwrap();
    assert!(taken.trouble.is_some_and(|text| text.contains("not your shop")));
}
