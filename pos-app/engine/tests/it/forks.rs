//! A log of another till with two branches (I3): both are kept, and in the end all hold the same.

use crate::{
    salvaging::{assert_mends, receipts},
    world::{Server, Shop},
};
use duka_ledger::{DeviceStandingChanged, Fact, Standing};
use duka_sync::Next;

/// A server with the second branch of a log, of so many sales, and a till that holds the first, of forty: the log's device was revoked after what
/// the server holds.
fn decided(second: usize) -> (Server, Shop, Shop) {
    let server = Server::new();
    let (mut a, mut b) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
    a.sync(&server);
    b.sync(&server);
    let backup = server.back_up();
    a.copy("copy.db");
    (0..40).for_each(|_| drop(a.sell(&["T1"])));
    a.sync(&server);
    b.sync(&server);
    // Another branch meets a server that has not heard of the first.
    server.restore(backup);
    a.put_back("copy.db");
    (0..second).for_each(|_| drop(a.sell(&["M1"])));
    a.sync(&server);
    assert!(b.sync(&server).trouble.is_some());
    let shop_seq = server.facts_of_shop(a.device()) as u64;
    let standing = Standing::Revoked;
    let changed = DeviceStandingChanged { device: a.device(), standing, company_seq: 100, shop_seq, reason: "two tills".into() };
    server.write(&Fact::DeviceStandingChanged(changed));
    (server, a, b)
}

#[test]
fn the_branch_that_a_person_decided_against_does_not_come_back_when_the_database_is_mended() {
    for (second, arrived) in [(12, false), (12, true), (50, false), (50, true)] {
        let (server, _a, mut b) = decided(second);
        // Of the longer branch a first piece came before it was decided.
        let came = if second > 40 { 50 } else { 0 };
        let cut = |b: &Shop| b.raw().query_row("select count(*) from fork", [], |row| row.get::<_, u32>(0)).unwrap() > came;
        assert!((0..20).any(|_| {
            b.exchange(&server);
            cut(&b)
        }));
        if arrived {
            assert_eq!((0..4).map(|_| b.sync(&server)).last().unwrap().trouble, None);
        }
        assert_mends(&server, &mut b);
    }
}

#[test]
fn a_till_that_holds_the_longer_branch_of_a_log_gives_way_once_a_person_decided_for_the_shorter() {
    let (server, mut a, mut b) = decided(12);
    let last = (0..4).map(|_| b.sync(&server)).last().unwrap();
    assert_eq!((last.next, last.trouble), (Next::InStep, None));
    a.sync(&server);
    assert_eq!(receipts(&b), receipts(&a), "what the server holds, and nothing of the other branch");
    assert_eq!(receipts(&b).len(), 12);
    b.assert_rebuilds();
}

/// A till that heard much of a log, its server put back to before, and two copies of the log's till, of which the older came first. `again`:
/// whether the other has said anew what it wrote.
fn put_back(server: &Server, again: bool) -> (Shop, Shop, Shop) {
    let (mut a, mut b) = (Shop::open(server, "A1"), Shop::enrolled(server, "B1"));
    a.sell(&["T1"]);
    a.sync(server);
    let (backup, mut clone) = (server.back_up(), a.cloned("clone.db"));
    a.clock.add_minutes(1);
    a.product("Figs", "F1", 250, 0, "");
    for code in ["M1", "S1"] {
        a.clock.add_minutes(1);
        a.sell(&[code]);
    }
    a.clock.add_minutes(1);
    a.sync(server);
    b.sync(server);
    server.restore(backup);
    clone.sell(&["T1"]);
    assert!(!clone.link(server).1, "who comes first stays who it was");
    if again {
        assert!(a.link(server).1);
    }
    (a, b, clone)
}

#[test]
fn a_branch_that_its_till_wrote_again_as_another_device_gives_way_at_all_that_hold_it() {
    for first in [false, true] {
        let server = Server::new();
        let (mut a, mut b, mut clone) = put_back(&server, first);
        if !first {
            // It is a fork until what was written again has come.
            assert!(b.link(&server).0.trouble.is_some());
            assert!(a.link(&server).1);
        }
        for _ in 0..3 {
            for shop in [&mut a, &mut clone, &mut b] {
                shop.link(&server);
            }
        }
        for shop in [&mut a, &mut clone, &mut b] {
            let (taken, became) = shop.link(&server);
            assert_eq!((taken.next, taken.trouble, became), (Next::InStep, None, false));
            shop.assert_balanced();
            shop.assert_rebuilds();
        }
        assert_eq!(receipts(&b).len(), 4, "I2: what both copies had, one of the clone, two of the other");
        for shop in [&a, &clone] {
            assert_eq!(shop.till.as_ref().unwrap().reader().digests(), b.till.as_ref().unwrap().reader().digests());
        }
    }
}

#[test]
fn a_branch_of_which_something_stands_nowhere_else_stays_until_a_person_decides() {
    let server = Server::new();
    let (_lost, mut b, clone) = put_back(&server, false);
    // The till that wrote it never comes again; an older copy of it took its place.
    let mut older = clone.cloned("older.db");
    older.clock.add_minutes(1);
    older.sell(&["M1"]);
    drop(clone);
    older.link(&server);
    for _ in 0..4 {
        b.link(&server);
    }
    assert!(b.link(&server).0.trouble.is_some());
    assert!(receipts(&b).len() >= 3, "what it alone holds is still there");
}
