//! A till that is a copy asks to go on as another device: who may ask, whose answer counts, and when it is time.

use crate::holder::{COMPANY, FAST, OFFICE, SHOP, Server, Till, device, key, server_id, shop};
use duka_core::{CompanyId, DeviceId, ReceiptId};
use duka_ledger::{DeviceCertified, DeviceKey, DeviceRole, LogId};
use duka_sync::{Envelope, EnvelopeError, MAX_RECEIPTS_ASKED, Next, Nonce, Parting, Succession, Ticket};

fn asked(receipts: usize) -> Succession {
    Succession {
        server: server_id(),
        company: COMPANY,
        device: device(1),
        nonce: Nonce::from_random([7; 16]),
        successor: device(9),
        key: key(device(9)).public(),
        receipts: vec![ReceiptId::from_bytes([1; 16]); receipts],
        heard: 5,
    }
}

fn sealed(request: &Succession, old: &DeviceKey, new: &DeviceKey) -> (Envelope, Ticket) {
    let (bytes, ticket) = request.seal(old, new).unwrap();
    (Envelope::read(&bytes).unwrap(), ticket)
}

fn certificate() -> DeviceCertified {
    DeviceCertified {
        device: device(9),
        key: key(device(9)).public(),
        role: DeviceRole::Till,
        shop: None,
        register: None,
        name: "Till".into(),
        series: "A.2".into(),
        currency: duka_core::Currency::try_new("GBP").unwrap(),
        succeeds: Some(device(1)),
    }
}

#[test]
fn only_who_has_the_old_key_and_the_new_one_may_ask_and_only_this_server_of_this_company() {
    let (old, new) = (key(device(1)), key(device(9)));
    let open = |envelope: Envelope, server: DeviceId, company: CompanyId| {
        envelope.open_succession(&key(device(1)).public(), server, company).map(|received| received.request)
    };
    let request = asked(MAX_RECEIPTS_ASKED);
    assert_eq!(open(sealed(&request, &old, &new).0, server_id(), COMPANY), Ok(request.clone()));
    assert_eq!(open(sealed(&request, &new, &new).0, server_id(), COMPANY), Err(EnvelopeError::Signature));
    assert_eq!(open(sealed(&request, &old, &old).0, server_id(), COMPANY), Err(EnvelopeError::Signature), "it does not have the new key");
    assert_eq!(open(sealed(&request, &old, &new).0, device(2), COMPANY), Err(EnvelopeError::Misdirected));
    assert_eq!(open(sealed(&request, &old, &new).0, server_id(), CompanyId::from_bytes([3; 16])), Err(EnvelopeError::Misdirected));
    let more = sealed(&asked(MAX_RECEIPTS_ASKED + 1), &old, &new).0;
    assert!(matches!(open(more, server_id(), COMPANY), Err(EnvelopeError::TooMuch(_))));
    // Neither passes for a request to exchange.
    let envelope = sealed(&request, &old, &new).0;
    assert_eq!(envelope.open_request(&old.public(), server_id(), COMPANY), Err(EnvelopeError::Signature));
}

#[test]
fn an_answer_is_good_for_its_request_and_from_its_server_alone() {
    let (old, new, server) = (key(device(1)), key(device(9)), key(server_id()));
    let received = |envelope: &Envelope| envelope.open_succession(&old.public(), server_id(), COMPANY).unwrap();
    let (envelope, ticket) = sealed(&asked(0), &old, &new);
    let answer = received(&envelope).answer(&server, certificate(), Vec::new()).unwrap();
    assert_eq!(ticket.open_succession(&answer, &server.public()).unwrap().certificate, certificate());
    let (_, other) = sealed(&Succession { nonce: Nonce::from_random([8; 16]), ..asked(0) }, &old, &new);
    assert_eq!(other.open_succession(&answer, &server.public()), Err(EnvelopeError::OtherRequest));
    let (envelope, ticket) = sealed(&asked(0), &old, &new);
    let forged = received(&envelope).answer(&old, certificate(), Vec::new()).unwrap();
    assert_eq!(ticket.open_succession(&forged, &server.public()), Err(EnvelopeError::Signature));
}

fn parted(till: &Till, copied: bool) -> Option<Vec<Parting>> {
    till.peer.partings(&till.holder.heads(), copied)
}

#[test]
fn a_till_that_is_no_copy_never_parts_and_a_copy_only_once_the_place_is_known() {
    let (mut server, mut tills) = shop(1);
    let till = &mut tills[0];
    let log = LogId { device: till.holder.device, scope: SHOP };
    for number in 0..100 {
        till.holder.write(SHOP, &format!("before {number}"));
    }
    assert_eq!(parted(till, true), None, "nothing is known yet");
    till.exchange(&mut server, FAST);
    assert_eq!((parted(till, true), parted(till, false)), (None, None), "the server has to have what it lacks first");
    till.run(&mut server, FAST);
    assert_eq!(parted(till, false), None);
    assert_eq!(parted(till, true), Some(vec![Parting { log, common: 100 }]), "known from elsewhere to be a copy");

    let (mut behind, mut apart) = (till.clone(), till.clone());
    for number in 0..50 {
        till.holder.write(SHOP, &format!("theirs {number}"));
    }
    till.run(&mut server, FAST);
    behind.restart();
    behind.run(&mut server, FAST);
    assert_eq!(parted(&behind, false), Some(vec![Parting { log, common: 100 }]));
    apart.restart();
    for number in 0..70 {
        apart.holder.write(SHOP, &format!("ours {number}"));
    }
    apart.exchange(&mut server, FAST);
    assert_eq!(parted(&apart, false), None, "it is being traced");
    apart.run(&mut server, FAST);
    assert_eq!(parted(&apart, false), Some(vec![Parting { log, common: 100 }]));
}

/// Whatever it writes to its own log then would take a place that is taken at the tills (I3).
#[test]
fn a_copy_asks_a_restored_server_for_nothing_before_that_has_its_own_log_back() {
    let (mut server, mut tills) = shop(1);
    let backup = server.clone();
    for number in 0..600 {
        server.holder.write(OFFICE, &format!("price {number}"));
    }
    let till = &mut tills[0];
    till.holder.write(SHOP, "sale");
    till.run(&mut server, FAST);
    server = backup;
    till.restart();
    let whole = till.holder.heads().held(&LogId { device: server_id(), scope: OFFICE });
    let held = |server: &Server| server.holder.held(&LogId { device: server_id(), scope: OFFICE });
    let mut next = Next::More;
    while next == Next::More {
        next = till.exchange(&mut server, 8 << 10).0;
        assert!(parted(till, true).is_none() || held(&server) == whole);
    }
    assert!(parted(till, true).is_some());
}
