//! Logs are folded again in short steps, whatever the cause, and the till sells between any two.

use crate::world::{Server, Shop};
use duka_core::DeviceId;
use duka_ledger::{DeviceStandingChanged, Fact, LogId, Scope, Standing};
use duka_pos::Taking;
use duka_sync::MAX_BODY_BYTES;
use rusqlite::params;

/// Entries of the journal that do not count.
fn not_counted(shop: &mut Shop) -> u64 {
    let aside = shop.till().reader().set_aside().unwrap();
    let (waiting, flagged) = (aside.waiting, aside.flagged);
    waiting + flagged
}

fn fold(shop: &mut Shop) {
    while shop.till().fold_step().unwrap() {}
}

/// Two tills that hold each other's day.
fn two_tills(server: &Server, sales: usize) -> (Shop, Shop) {
    let (mut a, mut b) = (Shop::open(server, "A1"), Shop::open(server, "B1"));
    for _ in 0..sales {
        b.sell(&["T1", "M1"]);
    }
    b.sync(server);
    a.sync(server);
    (a, b)
}

/// Takes the server's next answer in; `between` comes after each step.
fn hear(shop: &mut Shop, server: &Server, mut between: impl FnMut(&mut Shop)) {
    let request = shop.ask(MAX_BODY_BYTES);
    let answer = server.answer(&request.bytes);
    let mut peer = shop.peer.take().unwrap();
    let mut taking: Taking = shop.till().take_begin(request.ticket, &answer).unwrap();
    while !taking.is_done() {
        shop.till().take_step(&mut taking).unwrap();
        between(shop);
    }
    shop.till().take_end(&mut peer, taking).unwrap();
    shop.peer = Some(peer);
}

fn revoked(server: &Server, device: DeviceId, standing: Standing) {
    let reason = "lost".to_owned();
    server.write(&Fact::DeviceStandingChanged(DeviceStandingChanged { device, standing, company_seq: 0, shop_seq: 0, reason }));
}

#[test]
fn a_sale_fits_between_any_two_steps_in_which_all_that_a_revoked_till_sold_is_taken_out() {
    let server = Server::new();
    let (mut a, b) = two_tills(&server, 300);
    let device = b.device();
    let (mut steps, mut longest, mut before, mut own) = (0, 0, not_counted(&mut a), 0);
    revoked(&server, device, Standing::Revoked);
    // Each sale is something more to say.
    while before < 300 {
        hear(&mut a, &server, |a| {
            let now = not_counted(a);
            longest = longest.max(now - before);
            before = now;
            a.sell(&["S1"]);
            (steps, own) = (steps + 1, own + 1);
        });
    }
    assert!(longest <= 64, "{longest} entries changed in one step");
    assert!(steps > 4, "{steps} steps");
    let receipts: i64 = a.raw().query_row("select count(*) from receipt", [], |row| row.get(0)).unwrap();
    assert_eq!(receipts, own, "only what was sold here counts");
    a.assert_rebuilds();

    revoked(&server, device, Standing::Active);
    a.sync(&server);
    assert_eq!(not_counted(&mut a), 0);
    a.assert_rebuilds();
}

#[test]
fn what_comes_while_its_log_is_folded_again_waits_for_that() {
    let server = Server::new();
    let (mut a, mut b) = two_tills(&server, 80);
    let all = a.till().reader().digests().unwrap();
    b.sell(&["T1"]);
    b.sync(&server);
    let mut waited = 0;
    // The first answer tells where the logs differ.
    for _ in 0..3 {
        a.raw().execute("update log set folded = 0", []).unwrap();
        hear(&mut a, &server, |a| waited = not_counted(a).max(waited));
    }
    assert!(waited > 0, "nobody knows yet where the log stands");
    a.sync(&server);
    b.sync(&server);
    assert_eq!(not_counted(&mut a), 0);
    assert_ne!(a.till().reader().digests().unwrap(), all);
    assert_eq!(a.till().reader().digests().unwrap(), b.till().reader().digests().unwrap());
    a.assert_rebuilds();
}

#[test]
fn a_till_whose_logs_another_version_remembered_otherwise_opens_and_goes_on_with_the_next_number() {
    let server = Server::new();
    let (mut a, _) = two_tills(&server, 3);
    a.sell(&["T1"]);
    let digests = a.till().reader().digests().unwrap();
    a.till = None;
    a.raw().execute("update log set state = x'8701'", []).unwrap();
    a.reopen();
    fold(&mut a);
    assert_eq!(a.till().reader().digests().unwrap(), digests);
    assert!(a.sell(&["T1"]).number.ends_with("-000002"));
    a.sync(&server);
    assert_eq!(not_counted(&mut a), 0);
    a.assert_rebuilds();
}

#[test]
fn tables_that_another_version_of_the_fold_made_are_made_anew_before_the_till_opens() {
    let server = Server::new();
    let (mut a, _) = two_tills(&server, 3);
    let digests = a.till().reader().digests().unwrap();
    a.till = None;
    a.raw().execute_batch("update log set folded = 4000000; update receipt set gross = gross + 1; delete from stock;").unwrap();
    a.reopen();
    assert_eq!(a.till().reader().digests().unwrap(), digests);
}

/// As if it had been taken in by a version that did not know aborted sales; nobody says that this one does.
#[test]
fn what_waits_is_understood_after_an_update_though_the_fold_is_the_same() {
    let server = Server::new();
    let (mut a, mut b) = two_tills(&server, 1);
    b.scan("T1");
    b.till().basket_abort().unwrap();
    b.sync(&server);
    a.sync(&server);
    let digests = a.till().reader().digests().unwrap();
    a.till = None;
    let forget = "update entry set state = 1, reason = 'a newer version of Duka wrote it' where kind = 4; delete from aborted_sale;";
    a.raw().execute_batch(forget).unwrap();
    a.reopen();
    assert_eq!(not_counted(&mut a), 1);
    fold(&mut a);
    assert_eq!((not_counted(&mut a), a.till().reader().digests().unwrap()), (0, digests));
    a.assert_rebuilds();
}

#[test]
fn a_log_whose_certificate_cannot_be_read_yet_waits_and_counts_when_it_can() {
    let server = Server::new();
    let (mut a, b) = two_tills(&server, 3);
    let digests = a.till().reader().digests().unwrap();
    let certified: i64 = a.raw().query_row("select max(place) from entry where kind = 1", [], |row| row.get(0)).unwrap();
    let device = b.device();
    let forget = |a: &Shop| {
        let raw = a.raw();
        raw.execute("update entry set state = 1, reason = 'a newer version of Duka wrote it' where place = ?1", [certified]).unwrap();
        raw.execute("delete from device where device = ?1", [device.as_bytes()]).unwrap();
        raw.execute("update log set folded = 0 where device = ?1", params![device.as_bytes()]).unwrap();
    };
    forget(&a);
    fold(&mut a);
    let held: i64 = a.raw().query_row("select sum(seq) from log where device = ?1", [device.as_bytes()], |row| row.get(0)).unwrap();
    assert_eq!(not_counted(&mut a), u64::try_from(held).unwrap() + 1, "all of it waits, and is no damage");
    assert_ne!(a.till().reader().digests().unwrap(), digests);
    a.reopen();
    fold(&mut a);
    assert_eq!((not_counted(&mut a), a.till().reader().digests().unwrap()), (0, digests));
    a.assert_rebuilds();
}

#[test]
fn a_rebuild_lets_a_log_wait_whose_writer_the_server_is_not_known_to_have_certified() {
    let server = Server::new();
    let (mut a, _) = two_tills(&server, 1);
    let stranger = LogId { device: DeviceId::from_bytes([0xcc; 16]), scope: Scope::Shop(server.shop) };
    let raw = a.raw();
    raw.execute_batch("pragma foreign_keys = off").unwrap();
    // The log of the other till is said to be a stranger's, as after damage to the server's log.
    raw.execute(
        "update log set device = ?1, folded = 0 where device not in (?2, (select device from log order by n limit 1))
         and scope = 1 and seq > 0 and device <> ?2",
        params![stranger.device.as_bytes(), a.device().as_bytes()],
    )
    .unwrap();
    drop(raw);
    a.till().rebuild().unwrap();
    assert!(not_counted(&mut a) > 0);
    assert!(a.sell(&["T1"]).number.ends_with("-000001"), "the till sells");
}

/// A sale may come between the last answer and the comparison: then nothing is said.
#[test]
fn tables_are_compared_only_with_those_of_a_server_that_holds_the_same() {
    let server = Server::new();
    let mut a = Shop::open(&server, "A1");
    a.sync(&server);
    let mut theirs = a.till().reader().digests().unwrap();
    theirs[3].digest = "0:0".into();
    server.set_digests(theirs);
    a.peer.as_mut().unwrap().asked();
    let request = a.ask(MAX_BODY_BYTES);
    let answer = server.answer(&request.bytes);
    let mut peer = a.peer.take().unwrap();
    let mut taking = a.till().take_begin(request.ticket, &answer).unwrap();
    while !taking.is_done() {
        a.till().take_step(&mut taking).unwrap();
    }
    let compared = a.till().take_end(&mut peer, taking).unwrap().compared.expect("digests of the server");
    assert!(a.till().reader().difference(&compared).unwrap().is_some());
    assert!(a.raw().execute("update log set folded = 0", []).unwrap() > 0);
    assert_eq!(a.till().reader().difference(&compared).unwrap(), None, "while a log is folded again");
    fold(&mut a);
    assert!(a.till().reader().difference(&compared).unwrap().is_some());
    a.sell(&["T1"]);
    assert_eq!(a.till().reader().difference(&compared).unwrap(), None, "a sale came between");
}
