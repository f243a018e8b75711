//! Requests and answers are fresh, and bound to each other and to those between whom they were meant.

use crate::holder::{COMPANY, FAST, SHOP, Server, Till, device, key, parties, server_id, shop};
use duka_core::{CompanyId, DeviceId};
use duka_sync::{Acknowledged, Ask, Envelope, EnvelopeError, MAX_COUNTER_STEP, Next, Said};

/// A till with a sale, and the request that brings it and asks for everything.
fn captured(server: &mut Server, till: &mut Till) -> Vec<u8> {
    till.exchange(server, FAST);
    till.holder.write(SHOP, "sale");
    till.request(FAST).0
}

fn opened(answer: &[u8], till: DeviceId) -> Said {
    // As whoever captured the request would read the answer.
    let message = Envelope::read(answer).unwrap().message;
    let answer: duka_sync::Answer = minicbor::decode(&message).unwrap();
    assert_eq!(answer.device, till);
    answer.said
}

#[test]
fn a_captured_request_that_is_given_again_gets_nothing_and_changes_nothing() {
    let (mut server, mut tills) = shop(2);
    let request = captured(&mut server, &mut tills[0]);
    let first = server.answer(&request).unwrap();
    assert!(matches!(opened(&first, device(1)), Said::Exchanged(_)));
    // Others sell; whoever gives the request again would like to read that.
    tills[1].holder.write(SHOP, "a secret");
    tills[1].run(&mut server, FAST);
    let before = (server.holder.heads(), server.counters.clone());
    for _ in 0..3 {
        let again = server.answer(&request).unwrap();
        assert_eq!(opened(&again, device(1)), Said::Stale);
    }
    assert_eq!((server.holder.heads(), server.counters.clone()), before);
}

#[test]
fn a_look_that_is_given_again_shows_digests_and_no_entry_or_head_of_others() {
    let (mut server, mut tills) = shop(2);
    let look = tills[0].request(FAST).0;
    tills[1].holder.write(SHOP, "a secret");
    tills[1].run(&mut server, FAST);
    let answer = server.answer(&look).unwrap();
    let Said::Exchanged(said) = opened(&answer, device(1)) else { panic!("a look is always answered") };
    assert!(said.batches.is_empty() && said.places.is_empty());
    assert!(said.acknowledged.heads.iter().all(|head| head.log.device == server_id()));
    assert_eq!(server.counters[&device(1)], 0, "a look takes no counter");
}

#[test]
fn of_two_processes_that_get_one_request_at_once_one_acts_on_it() {
    let (mut server, mut tills) = shop(1);
    let request = captured(&mut server, &mut tills[0]);
    let envelope = Envelope::read(&request).unwrap();
    let received = envelope.open_request(&key(device(1)).public(), server_id(), COMPANY).unwrap();
    let stored = server.counters[&device(1)];
    // Both read the same stored counter, but the store moves from lower to higher only once; the slower one asks again.
    let duka_sync::Freshness::New(counter) = received.request.freshness(stored) else { panic!("the request is new") };
    assert_eq!(received.request.freshness(counter), duka_sync::Freshness::Stale);
}

#[test]
fn neither_a_lost_answer_nor_a_restart_nor_a_restored_till_locks_a_device_out() {
    let (mut server, mut tills) = shop(1);
    let till = &mut tills[0];
    let old = till.clone();
    for number in 0..5 {
        till.holder.write(SHOP, &format!("sale {number}"));
        let (request, _ticket) = till.request(FAST);
        server.answer(&request).unwrap();
        till.peer.failed();
    }
    assert_eq!(till.run(&mut server, FAST).0, Next::InStep);
    till.restart();
    till.holder.write(SHOP, "sale");
    assert_eq!(till.run(&mut server, FAST).0, Next::InStep);
    // What was copied back knows an older counter, and learns the newer one.
    let mut restored = old;
    restored.holder = till.holder.clone();
    assert_eq!(restored.run(&mut server, FAST).0, Next::InStep);
    // A counter that jumps far ahead is not believed, and the sender told where to go on.
    let request = |counter| {
        let mut till = till.clone();
        let _ = till.exchange(&mut server.clone(), FAST);
        till.holder.write(SHOP, "sale");
        let request = till.request(FAST).0;
        let mut request = Envelope::read(&request).unwrap().open_request(&key(device(1)).public(), server_id(), COMPANY).unwrap().request;
        if let Ask::Exchange(exchange) = &mut request.ask {
            exchange.counter = counter;
        }
        request
    };
    assert_eq!(request(10 + MAX_COUNTER_STEP).freshness(10), duka_sync::Freshness::New(10 + MAX_COUNTER_STEP));
    assert_eq!(request(11 + MAX_COUNTER_STEP).freshness(10), duka_sync::Freshness::Stale);
    assert_eq!(request(u64::MAX).freshness(u64::MAX - 1), duka_sync::Freshness::Stale);
}

#[test]
fn two_copies_of_one_till_hinder_each_other_but_neither_is_locked_out() {
    let (mut server, mut tills) = shop(1);
    tills[0].run(&mut server, FAST);
    let mut copy = tills[0].clone();
    tills[0].holder.write(SHOP, "sale");
    assert_eq!(tills[0].exchange(&mut server, FAST).0, Next::InStep);
    copy.holder = tills[0].holder.clone();
    copy.holder.write(SHOP, "another");
    assert_eq!(copy.exchange(&mut server, FAST).0, Next::Stale);
    assert_eq!(copy.run(&mut server, FAST).0, Next::InStep);
}

#[test]
fn a_captured_answer_given_to_another_request_is_refused() {
    let (mut server, mut tills) = shop(2);
    let (first, _) = tills[0].request(FAST);
    let captured = server.answer(&first).unwrap();
    let (_, ticket) = tills[0].request(FAST);
    assert_eq!(tills[0].hear(ticket, &captured).unwrap_err(), EnvelopeError::OtherRequest);
    let (_, ticket) = tills[1].request(FAST);
    assert_eq!(tills[1].hear(ticket, &captured).unwrap_err(), EnvelopeError::OtherRequest);
    // Nor does another server's pass, whatever it names.
    let (request, ticket) = tills[0].request(FAST);
    let envelope = Envelope::read(&request).unwrap();
    let received = envelope.open_request(&key(device(1)).public(), server_id(), COMPANY).unwrap();
    let forged = received.answer(&key(device(2)), duka_core::Timestamp::EPOCH, 0, Said::Stale).unwrap();
    assert_eq!(tills[0].hear(ticket, &forged).unwrap_err(), EnvelopeError::Signature);
}

#[test]
fn what_the_server_acknowledges_is_signed_by_it_for_this_device() {
    let (mut server, mut tills) = shop(2);
    let (request, ticket) = tills[0].request(FAST);
    let answer = server.answer(&request).unwrap();
    let Said::Exchanged(mut said) = opened(&answer, device(1)) else { panic!("a look is always answered") };
    said.acknowledged.signature = Acknowledged::new(&key(server_id()), parties(device(2)), said.acknowledged.heads.clone()).signature;
    let received = Envelope::read(&request).unwrap().open_request(&key(device(1)).public(), server_id(), COMPANY).unwrap();
    let answer = received.answer(&key(server_id()), duka_core::Timestamp::EPOCH, 0, Said::Exchanged(said)).unwrap();
    assert_eq!(tills[0].hear(ticket, &answer).unwrap_err(), EnvelopeError::Acknowledgement);
}

#[test]
fn a_request_is_good_for_no_other_server_company_or_device() {
    let (_, mut tills) = shop(2);
    let request = tills[0].request(FAST).0;
    let envelope = Envelope::read(&request).unwrap();
    let open = |envelope: &Envelope, by, server, company| envelope.open_request(&key(by).public(), server, company).map(drop);
    assert_eq!(open(&envelope, device(1), server_id(), COMPANY), Ok(()));
    assert_eq!(open(&envelope, device(1), device(5), COMPANY), Err(EnvelopeError::Misdirected));
    assert_eq!(open(&envelope, device(1), server_id(), CompanyId::from_bytes([1; 16])), Err(EnvelopeError::Misdirected));
    let renamed = Envelope { device: device(2), ..envelope.clone() };
    assert_eq!(open(&renamed, device(2), server_id(), COMPANY), Err(EnvelopeError::Signature));
    assert_eq!(open(&renamed, device(1), server_id(), COMPANY), Err(EnvelopeError::Misdirected));
}
