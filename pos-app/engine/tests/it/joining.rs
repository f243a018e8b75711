//! Joining when something goes wrong on the way, joining again, and what can be sent no more.

use crate::world::{Server, Shop, money};
use duka_api::till::{CloseShift, OpenShift};
use duka_pos::{EnrolError, Till};
use duka_sync::Next;

#[test]
fn a_till_whose_answer_was_lost_joins_with_the_same_id_and_with_another_where_that_is_taken() {
    let server = Server::new();
    let mut till = Shop::fresh(1);
    let first = till.till().enrol_begin("till").unwrap();
    let lost = till.till().enrol_request(server.code(), "till").unwrap();
    let late = server.admit(&lost.bytes, "A1");
    // A new code, since the first shows as used.
    let asked = till.till().enrol_request(server.code(), "till").unwrap();
    assert_eq!(asked.ticket.device(), first.device, "the server may know it by now");
    // The server says that this id is taken.
    till.till().enrol_as_another("till").unwrap();
    let again = till.till().enrol_request(server.code(), "till").unwrap();
    assert_ne!(again.ticket.device(), first.device);
    // The answer to the first request is no answer for this device.
    assert_eq!(till.till().enrol_complete("http://x", &lost.ticket, &late).unwrap_err(), EnrolError::NotBegun);
    let answer = server.admit(&again.bytes, "A1.2");
    till.till().enrol_complete("http://x", &again.ticket, &answer).unwrap();
    assert_eq!(till.device(), again.ticket.device());
    till.sync(&server);
}

#[test]
fn a_till_that_is_being_set_up_again_stays_who_it_is_until_it_is_admitted_and_asks_for_the_same_again() {
    let server = Server::new();
    let mut till = Shop::open(&server, "A1");
    till.sell(&["T1"]);
    till.till().enrol_anew().unwrap();
    let asked = till.till().enrol_request(server.code(), "till").unwrap();
    assert_eq!(till.sell(&["T1"]).number, "A1-000002");
    till.reopen();
    assert_eq!(till.sell(&["T1"]).number, "A1-000003");
    till.till().enrol_anew().unwrap();
    let again = till.till().enrol_request(server.code(), "till").unwrap();
    assert_eq!(again.ticket.device(), asked.ticket.device());
    let elsewhere = server.admit_with(&again.bytes, "A2", |answer| answer.shop = duka_core::ShopId::from_bytes([9; 16]));
    assert_eq!(till.till().enrol_complete("http://x", &again.ticket, &elsewhere).unwrap_err(), EnrolError::OtherHome);
    assert_eq!(till.sell(&["T1"]).number, "A1-000004");
    till.till().enrol_as_another("till").unwrap();
    let last = till.till().enrol_request(server.code(), "till").unwrap();
    assert_ne!(last.ticket.device(), again.ticket.device());
    let (old, answer) = (till.device(), server.admit(&last.bytes, "A3"));
    for _ in 0..2 {
        till.till().enrol_complete("http://x", &last.ticket, &answer).unwrap();
    }
    till.peer = None;
    till.till().shift_open(&OpenShift { operator: "Ben".into(), float: money(0) }).unwrap();
    assert_eq!(till.sell(&["T1"]).number, "A3-000001");
    till.sync(&server);
    assert_eq!((server.receipts(old).len(), server.receipts(till.device()).len()), (4, 1), "the old device's sales are brought too");
    assert!(till.till().enrol_request(server.code(), "till").is_err(), "that was said once, for one time");
}

/// The computer died, and its disk goes on in another, whose key store knows no key.
fn without_its_key(server: &Server, idle: bool) -> (Shop, duka_core::DeviceId) {
    let mut till = Shop::open(server, "A1");
    till.sync(server);
    till.sell(&["T1"]);
    if idle {
        till.till().tidy_up();
    }
    till.sell(&["T1"]);
    let old = till.device();
    till.copy("disk.db");
    till.keys.forget(old);
    till.keys.forget_marks();
    (till.till, till.peer) = (None, None);
    let disk = till.folder.path().join("disk.db");
    till.name = "elsewhere.db".into();
    till.till = Some(Till::restore_from(&disk, &till.path(), till.settings.clone()).unwrap());
    till.enrol(server, "A2");
    (till, old)
}

#[test]
fn sales_that_nobody_can_sign_for_any_more_are_counted_and_told_and_never_called_sent() {
    let server = Server::new();
    let (mut till, old) = without_its_key(&server, false);
    let taken = till.sync(&server);
    assert_eq!(taken.next, Next::InStep, "all that can be sent is sent");
    assert_eq!(server.receipts(old).len(), 0);
    let link = till.till().reader().status().unwrap().link;
    assert_eq!((link.waiting_sales, link.stranded_sales), (2, 2));
    assert!(link.stranded_facts >= 2 && link.stranded_facts == link.waiting_facts);
    // What is sold from here on is sent, and no news of those.
    till.sell(&["T1"]);
    till.sync(&server);
    let link = till.till().reader().status().unwrap().link;
    assert_eq!((link.waiting_sales, link.stranded_sales), (2, 2));
}

#[test]
fn what_was_written_before_an_idle_moment_can_be_sent_though_the_key_is_lost_after_it() {
    let server = Server::new();
    let (mut till, old) = without_its_key(&server, true);
    till.sync(&server);
    assert_eq!(server.receipts(old).len(), 1);
    let link = till.till().reader().status().unwrap().link;
    assert_eq!((link.waiting_sales, link.stranded_sales), (1, 1));
}

/// What stands in an account of the shop, as another till's books say it.
fn account(witness: &mut Shop, server: &Server, name: &str) -> i64 {
    assert_eq!(witness.sync(server).next, Next::InStep);
    witness.account(name)
}

#[test]
fn the_open_shift_of_a_till_whose_key_is_gone_goes_on_when_it_is_set_up_again_and_has_its_z() {
    for elsewhere in [false, true] {
        let server = Server::new();
        let (mut till, mut witness) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
        till.sell(&["T1"]);
        till.sync(&server);
        let old = till.device();
        till.copy("disk.db");
        till.keys.forget(old);
        till.keys.forget_marks();
        if elsewhere {
            (till.till, till.peer) = (None, None);
            let disk = till.folder.path().join("disk.db");
            till.name = "elsewhere.db".into();
            till.till = Some(Till::restore_from(&disk, &till.path(), till.settings.clone()).unwrap());
        } else {
            till.reopen();
            till.till().enrol_anew().unwrap();
        }
        till.enrol(&server, "A1.2");
        till.peer = None;
        let shift = till.till().state().unwrap().shift.unwrap();
        assert_eq!((shift.operator.as_str(), shift.float), ("Amina", money(10_000)));
        till.sell(&["M1"]);
        till.reopen();
        let z = till.close(10_000 + 295 + 120);
        assert_eq!((z.sales, z.sales_gross, z.difference), (2, money(295 + 120), Some(money(0))), "elsewhere: {elsewhere}");
        till.till().shift_open(&OpenShift { operator: "Ben".into(), float: money(500) }).unwrap();
        assert_eq!(till.sync(&server).next, Next::InStep);
        assert_eq!(account(&mut witness, &server, "drawer"), 500, "the float was put in once, and taken out with the Z");
        assert_eq!(account(&mut witness, &server, "safe"), 295 + 120 - 500);
        assert_eq!(witness.till().reader().digests().unwrap(), till.till().reader().digests().unwrap());
        till.assert_balanced();
        till.assert_rebuilds();
    }
}

/// Their cash is in the drawer and in no books of the server's: it shows where it is counted.
#[test]
fn a_shift_goes_on_without_the_sales_that_nobody_can_hand_over() {
    let server = Server::new();
    let (mut till, _) = without_its_key(&server, false);
    let mut witness = Shop::enrolled(&server, "B1");
    till.sell(&["T1"]);
    let z = till.close(10_000 + 3 * 295);
    assert_eq!((z.sales, z.difference), (1, Some(money(2 * 295))));
    till.sync(&server);
    assert_eq!((account(&mut witness, &server, "drawer"), account(&mut witness, &server, "safe")), (0, 3 * 295));
}

#[test]
fn a_shift_that_went_on_after_the_backup_was_made_does_not_go_on_from_it() {
    let server = Server::new();
    let mut till = Shop::open(&server, "A1");
    till.sync(&server);
    till.copy("backup.db");
    till.till().shift_close(&CloseShift { counted: money(10_000) }).unwrap();
    till.sync(&server);
    let old = till.device();
    till.keys.forget(old);
    till.keys.forget_marks();
    (till.till, till.peer) = (None, None);
    let backup = till.folder.path().join("backup.db");
    till.name = "elsewhere.db".into();
    till.till = Some(Till::restore_from(&backup, &till.path(), till.settings.clone()).unwrap());
    till.enrol(&server, "A1.2");
    assert!(till.till().state().unwrap().shift.is_none(), "it has its Z already");
}
