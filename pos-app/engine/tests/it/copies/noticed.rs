//! How a till finds out that it is a copy, and what may come between that and its going on.

use super::{copies, settle, sold};
use crate::world::{Server, Shop};
use duka_api::till::OwnDevice;
use duka_ledger::{DeviceStandingChanged, Fact, Standing, TechnicalEvent, TechnicalKind};
use duka_pos::Till;
use duka_sync::MAX_BODY_BYTES;

fn note(detail: &str) -> Fact {
    Fact::TechnicalEvent(TechnicalEvent { kind: TechnicalKind::Started, detail: detail.into(), operator: None, before: None })
}

#[test]
fn what_a_copy_sells_while_its_first_look_is_on_its_way_is_in_the_books() {
    let server = Server::new();
    let (mut a, mut witness) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
    a.sell(&["T1"]);
    a.sync(&server);
    let mut clone = a.cloned("clone.db");
    // Both say the same of their start: the clone is a snapshot of a running machine.
    a.reopen();
    for _ in 0..3 {
        a.sell(&["S1"]);
    }
    a.sync(&server);
    let look = clone.ask(MAX_BODY_BYTES);
    let answer = server.answer(&look.bytes);
    clone.sell(&["M1"]);
    clone.hear(look, &answer).unwrap();
    clone.succeed(&server);
    clone.link(&server);
    settle(&server, &mut [&mut a, &mut clone, &mut witness]);
    assert_eq!(sold(&mut witness), 295 + 3 * 199 + 120, "I10");
}

#[test]
fn while_there_is_no_server_or_it_refuses_a_copy_goes_on_selling_and_asks_for_the_same_successor() {
    let (server, mut a, mut clone, mut witness) = copies();
    clone.sell(&["M1"]);
    let mut successors = Vec::new();
    for _ in 0..3 {
        clone.sync(&server);
        let peer = clone.peer.take().unwrap();
        // It was certified, but the answer was lost, and the till ends.
        let begun = clone.till().succession_begin(&peer).unwrap().unwrap();
        server.succeed(&begun.bytes);
        let envelope = duka_sync::Envelope::read(&begun.bytes).unwrap();
        let key = server.certificate(clone.device()).unwrap().key;
        successors.push(envelope.open_succession(&key, server.device, server.company).unwrap().request.successor);
        clone.reopen();
        clone.sell(&["S1"]);
    }
    successors.dedup();
    assert_eq!(successors.len(), 1, "I2");
    assert!(clone.link(&server).1);
    assert_eq!(clone.device(), successors[0]);
    settle(&server, &mut [&mut a, &mut clone, &mut witness]);
    assert_eq!(sold(&mut witness), 295 + 120 + 3 * 199);
}

#[test]
fn a_disk_that_is_full_in_the_middle_leaves_the_till_as_it_was_and_the_next_try_does_it() {
    let (server, mut a, mut clone, mut witness) = copies();
    for _ in 0..20 {
        clone.sell(&["M1", "S1"]);
    }
    let (digests, before) = (clone.till().reader().digests().unwrap(), clone.device());
    clone.sync(&server);
    let peer = clone.peer.clone().unwrap();
    let mut failed = 0;
    let pages: u32 = clone.raw().query_row("pragma page_count", [], |row| row.get(0)).unwrap();
    for more in 0.. {
        let begun = clone.till().succession_begin(&peer).unwrap().unwrap();
        let answer = server.succeed(&begun.bytes);
        clone.till().limit_pages(pages + more).unwrap();
        if clone.till().succession_complete(begun, &answer).is_ok() {
            break;
        }
        failed += 1;
        clone.till().limit_pages(1_000_000).unwrap();
        assert_eq!((clone.till().reader().digests().unwrap(), clone.device()), (digests.clone(), before));
    }
    assert!(failed >= 3, "{failed}");
    clone.till().limit_pages(1_000_000).unwrap();
    clone.peer = None;
    settle(&server, &mut [&mut a, &mut clone, &mut witness]);
    assert_eq!(sold(&mut witness), 295 + 20 * (120 + 199));
}

#[test]
fn a_till_that_ends_right_after_it_became_another_device_is_that_device() {
    let (server, mut a, mut clone, mut witness) = copies();
    clone.scan("M1");
    clone.till().keep_basket().unwrap();
    assert!(clone.succeed_offline_after(&server));
    let (device, basket) = (clone.device(), clone.till().basket().unwrap());
    clone.reopen();
    assert_eq!((clone.device(), clone.till().basket().unwrap()), (device, basket));
    settle(&server, &mut [&mut a, &mut clone, &mut witness]);
}

#[test]
fn a_key_store_that_has_seen_more_starts_shows_an_older_copy_before_anything_is_sent() {
    let server = Server::new();
    let (mut a, mut witness) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
    a.reopen();
    a.sell(&["T1"]);
    a.copy("back.db");
    a.reopen();
    a.sell(&["S1"]);
    a.put_back("back.db");
    assert_eq!(a.till().reader().status().unwrap().link.device, OwnDevice::Copy);
    let heads = a.till().reader().heads().unwrap();
    a.sell(&["M1"]);
    assert_eq!(a.till().reader().heads().unwrap(), heads, "nobody is given what a copy wrote");
    // The server has heard of nothing yet: what both copies have is the old device's, what came later is not.
    let before = a.device();
    assert!(a.link(&server).1);
    settle(&server, &mut [&mut a, &mut witness]);
    assert_eq!(sold(&mut witness), 295 + 120);
    assert_eq!(server.receipts(before).len(), 1);
    assert_eq!(server.receipts(a.device()).len(), 1);
    let now = server.certificate(a.device()).unwrap().series;
    assert_eq!(a.till().reader().status().unwrap().link.device, OwnDevice::Another { before: "A1".into(), now });
    a.reopen();
    assert_eq!(a.till().reader().status().unwrap().link.device, OwnDevice::Same, "told once");
    assert!(!a.link(&server).1, "it is nobody's copy any more");
}

#[test]
fn a_key_store_that_knows_nothing_decides_nothing() {
    let server = Server::new();
    let mut a = Shop::open(&server, "A1");
    a.copy("back.db");
    a.reopen();
    a.keys.forget_marks();
    a.put_back("back.db");
    assert!(!a.link(&server).1);
}

#[test]
fn a_restored_backup_whose_key_is_still_here_goes_on_as_a_new_device_without_a_person() {
    let server = Server::new();
    let (mut a, mut witness) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
    a.sell(&["T1"]);
    a.copy("backup.db");
    a.sell(&["M1"]);
    a.sync(&server);
    let before = a.device();
    a.till = None;
    a.name = "restored.db".into();
    a.till = Some(Till::restore_from(&a.folder.path().join("backup.db"), &a.path(), a.settings.clone()).unwrap());
    a.peer = None;
    a.sell(&["S1"]);
    assert!(a.link(&server).1);
    assert_ne!(a.device(), before);
    settle(&server, &mut [&mut a, &mut witness]);
    assert_eq!(sold(&mut witness), 295 + 120 + 199);
}

#[test]
fn a_copy_that_meets_a_server_restored_to_before_the_copy_was_made_fills_it_up_and_parts_where_it_was_copied() {
    let server = Server::new();
    let (mut a, mut witness) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
    a.reopen();
    a.sync(&server);
    let backup = server.back_up();
    // The server's own log goes on, too: the stand-in asserts that nobody asks it to write before it has that back.
    for _ in 0..600 {
        server.write(&note("a price"));
    }
    a.sell(&["T1"]);
    a.sync(&server);
    a.copy("back.db");
    a.reopen();
    a.sell(&["M1"]);
    a.sync(&server);
    witness.sync(&server);
    server.restore(backup);
    a.put_back("back.db");
    a.sell(&["S1"]);
    assert!(a.link(&server).1);
    // Only the witness still has what the first copy sold after the second was made.
    witness.peer = None;
    settle(&server, &mut [&mut witness, &mut a]);
    assert_eq!(sold(&mut a), 295 + 120 + 199);
}

/// A till that its key store knows for a copy, and has sold twice since.
fn known_copy(server: &Server) -> Shop {
    let mut a = Shop::open(server, "A1");
    a.reopen();
    a.sell(&["T1"]);
    a.sync(server);
    a.copy("back.db");
    a.reopen();
    a.sell(&["M1"]);
    a.sync(server);
    a.put_back("back.db");
    assert_eq!(a.till().reader().status().unwrap().link.device, OwnDevice::Copy);
    a.sell(&["S1"]);
    a.sell(&["S1"]);
    a
}

#[test]
fn what_a_copy_sold_is_in_the_books_when_it_is_set_up_again_before_it_went_on() {
    let server = Server::new();
    let (mut a, mut witness) = (known_copy(&server), Shop::enrolled(&server, "B1"));
    a.scan("M1");
    let basket = a.till().basket().unwrap();
    a.till().enrol_anew().unwrap();
    a.enrol(&server, "A2");
    a.peer = None;
    assert_ne!(a.till().basket().unwrap().receipt, basket.receipt, "it may have been paid in the other copy");
    settle(&server, &mut [&mut a, &mut witness]);
    assert_eq!(sold(&mut witness), 295 + 120 + 199 + 199);
}

/// The server certifies nobody in the place of a device that was revoked, so the shift does not go on; the sales count.
#[test]
fn what_a_copy_sold_before_it_was_revoked_is_in_the_books_when_it_is_set_up_again() {
    for noticed_at_start in [true, false] {
        let server = Server::new();
        let (mut a, mut witness) = (known_copy(&server), Shop::enrolled(&server, "B1"));
        if !noticed_at_start {
            a.raw().execute("delete from setting where key = 'copied'", []).unwrap();
            a.keys.forget_marks();
            a.reopen();
            assert_eq!(a.till().reader().status().unwrap().link.device, OwnDevice::Same);
        }
        let old = a.device();
        let (standing, shop_seq) = (Standing::Revoked, server.facts_of_shop(old) as u64);
        let revoked = DeviceStandingChanged { device: old, standing, company_seq: 100, shop_seq, reason: "two of it".into() };
        server.write(&Fact::DeviceStandingChanged(revoked));
        a.sync(&server);
        // It asks to go on, and the server lets nobody in the place of a device that was revoked.
        let peer = a.peer.take().unwrap();
        assert!(a.till().succession_begin(&peer).unwrap().is_some());
        a.till().enrol_anew().unwrap();
        a.enrol(&server, "A2");
        settle(&server, &mut [&mut a, &mut witness]);
        assert_eq!((server.receipts(a.device()).len(), server.receipts(old).len()), (2, 2));
        assert_eq!(sold(&mut witness), 295 + 120 + 199 + 199);
    }
}
