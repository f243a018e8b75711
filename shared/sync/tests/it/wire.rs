//! The bytes: whatever comes, nothing panics, and nothing that was changed passes.

use crate::holder::{COMPANY, FAST, SHOP, device, key, server_id, shop};
use duka_sync::{Acknowledged, Answer, Envelope, EnvelopeError, MAX_BODY_BYTES, MAX_ENTRIES, MAX_ITEMS, MAX_MESSAGE_BYTES, Request, Said};
use proptest::prelude::*;

/// A request that brings a sale, and its answer.
fn sealed() -> (Vec<u8>, Vec<u8>) {
    let (mut server, mut tills) = shop(1);
    tills[0].exchange(&mut server, FAST);
    tills[0].holder.write(SHOP, "sale");
    let (request, _) = tills[0].request(FAST);
    let answer = server.answer(&request).unwrap();
    (request, answer)
}

#[test]
fn a_message_with_something_behind_it_is_refused() {
    let (mut request, _) = sealed();
    request.push(0);
    assert!(matches!(Envelope::read(&request), Err(EnvelopeError::Malformed(_))));
}

#[test]
fn a_message_that_holds_too_much_is_refused_as_a_whole() {
    let (_, mut tills) = shop(1);
    for _ in 0..3 {
        tills[0].holder.write(SHOP, &"x".repeat(MAX_BODY_BYTES / 3 + 1));
    }
    let heads = tills[0].holder.heads();
    let pieces = tills[0].holder.pack(&duka_sync::missing(&heads, &duka_sync::Heads::default()), FAST);
    assert!(!pieces.1, "nobody packs as much");
    let (mut server, mut one) = (shop(1).0, shop(1).1.remove(0));
    one.exchange(&mut server, FAST);
    one.holder = tills[0].holder.clone();
    let (request, _) = one.request(FAST);
    let mut request = Envelope::read(&request).unwrap().open_request(&key(device(1)).public(), server_id(), COMPANY).unwrap().request;
    let duka_sync::Ask::Exchange(exchange) = &mut request.ask else { panic!("it brings something") };
    assert!(exchange.batches.iter().map(|batch| batch.entries.len()).sum::<usize>() <= MAX_ENTRIES);
    exchange.batches = exchange.batches.iter().cycle().take(4).cloned().collect();
    let (request, _) = request.seal(&key(device(1))).unwrap();
    let opened = Envelope::read(&request).unwrap().open_request(&key(device(1)).public(), server_id(), COMPANY);
    assert!(matches!(opened, Err(EnvelopeError::TooMuch(_))), "{opened:?}");
}

/// Decoded, each empty entry would take two dozen bytes of the server's memory for one on the line.
#[test]
fn a_message_of_millions_of_empty_entries_is_refused_before_it_is_decoded() {
    let (mut server, mut tills) = shop(1);
    tills[0].exchange(&mut server, FAST);
    tills[0].holder.write(SHOP, "sale");
    let (request, _) = tills[0].request(FAST);
    let mut request = Envelope::read(&request).unwrap().open_request(&key(device(1)).public(), server_id(), COMPANY).unwrap().request;
    let duka_sync::Ask::Exchange(exchange) = &mut request.ask else { panic!("it brings something") };
    exchange.batches[0].entries = vec![Vec::new().into(); MAX_MESSAGE_BYTES - 1_000];
    let (request, _) = request.seal(&key(device(1))).unwrap();
    assert!(request.len() <= MAX_MESSAGE_BYTES);
    let envelope = Envelope::read(&request).unwrap();
    for refused in [envelope.open_request(&key(device(1)).public(), server_id(), COMPANY).map(drop), envelope.read_request().map(drop)] {
        assert_eq!(
            refused.unwrap_err().to_string(),
            format!("a message may hold {MAX_ITEMS} pieces of data; this one has {}", MAX_ITEMS + 1)
        );
    }
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Envelope::read(&bytes);
        let _: Result<Request, _> = minicbor::decode(&bytes);
        let _: Result<Answer, _> = minicbor::decode(&bytes);
        let _: Result<Acknowledged, _> = minicbor::decode(&bytes);
    }

    /// Signed by a hostile device: past the signature, every decoder and every rule sees what it made up.
    #[test]
    fn a_message_that_was_damaged_before_it_was_signed_makes_no_reader_panic(
        at in any::<prop::sample::Index>(), bit in 0_u8..8, cut in any::<prop::sample::Index>(),
    ) {
        let (request, answer) = sealed();
        for bytes in [request, answer] {
            let mut message = Envelope::read(&bytes).unwrap().message;
            let place = at.index(message.len());
            message[place] ^= 1 << bit;
            for end in [message.len(), cut.index(message.len())] {
                if let Ok(request) = minicbor::decode::<Request>(&message[..end]) {
                    let (sealed, _) = request.seal(&key(device(1))).unwrap();
                    let (mut server, _) = shop(1);
                    let _ = server.answer(&sealed);
                }
                if let Ok(answer) = minicbor::decode::<Answer>(&message[..end]) {
                    let (mut server, mut tills) = shop(1);
                    tills[0].exchange(&mut server, FAST);
                    tills[0].holder.write(SHOP, "sale");
                    let till = &mut tills[0];
                    let intake = match &answer.said {
                        Said::Stale | Said::NotEnrolled(_) => duka_sync::Intake::default(),
                        Said::Exchanged(said) => till.holder.take(&said.batches),
                    };
                    let heads = till.holder.heads();
                    till.peer.hear(&heads, &answer, &intake, |log, seq| till.holder.hash_at(log, seq));
                    let _ = till.request(FAST);
                }
            }
        }
    }

    #[test]
    fn no_change_on_the_way_passes(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let (mut bytes, _) = sealed();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let opened = Envelope::read(&bytes).and_then(|envelope| envelope.open_request(&key(device(1)).public(), server_id(), COMPANY));
        prop_assert!(opened.is_err());
    }
}
