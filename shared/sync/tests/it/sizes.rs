//! What an exchange weighs, before compression.

use crate::holder::{FAST, OFFICE, SHOP, Server, Till, device};
use duka_sync::{Heads, Next, missing};

/// A server and one of its tills, in step, in a company of `devices` with two logs each that all have some history.
fn company(devices: u32) -> (Server, Till) {
    let mut server = Server::new((1..=devices).map(device));
    let mut till = Till::new(device(1));
    for number in 1..=devices {
        let mut other = Till::new(device(number));
        for _ in 0..if number == 1 { 300 } else { 1 } {
            other.holder.write(SHOP, "sale");
            other.holder.write(OFFICE, "record");
        }
        let (pieces, _) = other.holder.pack(&missing(&other.holder.heads(), &Heads::default()), FAST);
        server.holder.take(&pieces);
        if number == 1 {
            till = other;
        }
    }
    assert_eq!(till.run(&mut server, FAST).0, Next::InStep);
    (server, till)
}

#[test]
fn in_step_an_exchange_weighs_less_than_a_kilobyte_whatever_the_number_of_devices() {
    for devices in [2, 100, 1_000] {
        let (mut server, mut till) = company(devices);
        // As large as it gets after years: the counter and the places take more bytes.
        server.counters.insert(device(1), 5_000_000_000);
        till.restart();
        till.exchange(&mut server, FAST);
        let (next, rounds, bytes) = till.run(&mut server, FAST);
        assert_eq!((next, rounds), (Next::InStep, 1));
        assert!(bytes <= 1_024, "{bytes} bytes with {devices} devices");
    }
}

#[test]
fn one_changed_log_is_found_without_sending_all_heads() {
    for (devices, most) in [(100, 4_000), (1_000, 7_000)] {
        let (mut server, mut till) = company(devices);
        let mut other = Till::new(device(2));
        other.run(&mut server, FAST);
        let log = duka_ledger::LogId { device: device(2), scope: SHOP };
        other.holder.logs.insert(log, server.holder.logs[&log].clone());
        other.holder.write(SHOP, "sale");
        let from = other.holder.held(&log);
        let (pieces, _) = other.holder.pack(&[duka_sync::Range { log, from, to: from }], FAST);
        assert_eq!(server.holder.take(&pieces).entries(), 1);
        let (next, rounds, bytes) = till.run(&mut server, FAST);
        assert_eq!((next, rounds), (Next::InStep, 2));
        assert!(bytes <= most, "{bytes} bytes with {devices} devices");
    }
}

#[test]
fn a_sale_of_one_till_among_a_thousand_is_brought_for_little_more_than_itself() {
    let (mut server, mut till) = company(1_000);
    till.holder.write(SHOP, &"x".repeat(500));
    let (next, rounds, bytes) = till.run(&mut server, FAST);
    assert_eq!((next, rounds), (Next::InStep, 1));
    assert!(bytes <= 1_900, "{bytes} bytes");
}
