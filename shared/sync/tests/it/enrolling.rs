//! Who stands on the way, or has some other server's key, makes nobody join; and who holds no key of its own is not admitted.

use duka_core::{DeviceId, EnrolCode, Entropy, OneTimeCode, Timestamp};
use duka_ledger::{DeviceKey, PublicKey};
use duka_sync::{EnrolKnock, EnrolRequest, EnrolTicket, Envelope, EnvelopeError, MAX_ENROL_BYTES, Nonce};
use minicbor::{Decode, Encode};

const SERVER: DeviceId = DeviceId::from_bytes([1; 16]);
const TILL: DeviceId = DeviceId::from_bytes([2; 16]);
const NOW: Timestamp = Timestamp::from_micros(7);

#[derive(Clone, Debug, PartialEq, Encode, Decode)]
struct Shop {
    #[n(0)]
    server: DeviceId,
    #[n(1)]
    key: PublicKey,
    #[n(2)]
    name: String,
}

struct Same(u8);

impl Entropy for Same {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(self.0);
    }
}

fn key(seed: u8) -> DeviceKey {
    DeviceKey::from_secret([seed; 32])
}

fn code() -> EnrolCode {
    EnrolCode::new(OneTimeCode::new(&Same(9)), key(1).public().as_bytes())
}

fn shop(server: &DeviceKey) -> Shop {
    Shop { server: SERVER, key: server.public(), name: "High Street".to_owned() }
}

fn asking(nonce: u8) -> EnrolRequest {
    let nonce = Nonce::from_random([nonce; 16]);
    EnrolRequest {
        once: *code().once(),
        device: TILL,
        key: key(2).public(),
        name: "Till".to_owned(),
        nonce,
        sent_at: NOW,
        heard: None,
        before: None,
    }
}

fn answered(request: &[u8], by: &DeviceKey, shop: Shop) -> Vec<u8> {
    // Whoever is not the server cannot check the request, but may answer nonetheless.
    let received = EnrolKnock::read(request).unwrap().open(&key(1).public()).unwrap();
    received.answer(SERVER, by, NOW, shop).unwrap()
}

fn opened(ticket: &EnrolTicket, answer: &[u8]) -> Result<Shop, EnvelopeError> {
    ticket.open(answer, |shop: &Shop| Some((shop.server, shop.key)))
}

#[test]
fn a_till_joins_with_the_server_that_made_its_code() {
    let (request, ticket) = asking(1).seal(code(), &key(2)).unwrap();
    let knock = EnrolKnock::read(&request).unwrap();
    assert_eq!(knock.once(), code().once());
    assert_eq!(knock.open(&key(1).public()).unwrap().request, asking(1));
    assert_eq!(opened(&ticket, &answered(&request, &key(1), shop(&key(1)))), Ok(shop(&key(1))));
    let fingerprint = code().to_string().replace('-', "")[10..22].to_owned();
    assert!(!request.windows(fingerprint.len()).any(|part| part == fingerprint.as_bytes()), "the fingerprint is not sent");
}

#[test]
fn another_server_that_answers_is_not_believed() {
    let (request, ticket) = asking(1).seal(code(), &key(2)).unwrap();
    assert_eq!(opened(&ticket, &answered(&request, &key(3), shop(&key(3)))), Err(EnvelopeError::OtherServer));
    // It names the right key, and cannot sign with it.
    assert_eq!(opened(&ticket, &answered(&request, &key(3), shop(&key(1)))), Err(EnvelopeError::Signature));
}

#[test]
fn nobody_on_the_way_changes_what_a_till_joins() {
    let (request, ticket) = asking(1).seal(code(), &key(2)).unwrap();
    let mut changed = Envelope::read(&answered(&request, &key(1), shop(&key(1)))).unwrap();
    let at = changed.message.windows(4).position(|part| part == b"High").unwrap();
    changed.message[at] = b'N';
    assert_eq!(opened(&ticket, &minicbor::to_vec(&changed).unwrap()), Err(EnvelopeError::Signature));
    // Its answer to an earlier request, and that to another device.
    let (earlier, _) = asking(8).seal(code(), &key(2)).unwrap();
    assert_eq!(opened(&ticket, &answered(&earlier, &key(1), shop(&key(1)))), Err(EnvelopeError::OtherRequest));
    let mut elsewhere = Envelope::read(&answered(&request, &key(1), shop(&key(1)))).unwrap();
    elsewhere.device = TILL;
    assert_eq!(opened(&ticket, &minicbor::to_vec(&elsewhere).unwrap()), Err(EnvelopeError::Misdirected));
}

#[test]
fn a_device_that_does_not_hold_the_key_it_names_is_not_admitted() {
    let refused = |request: &[u8], server: u8| EnrolKnock::read(request).unwrap().open(&key(server).public()).unwrap_err();
    let (stolen, _) = asking(1).seal(code(), &key(3)).unwrap();
    assert_eq!(refused(&stolen, 1), EnvelopeError::Signature);
    // Made for another server: the same one-time part, but not the code of this one.
    let (request, _) = asking(1).seal(code(), &key(2)).unwrap();
    assert_eq!(refused(&request, 4), EnvelopeError::Signature);
    let mut renamed = Envelope::read(&request).unwrap();
    renamed.device = SERVER;
    assert_eq!(refused(&minicbor::to_vec(&renamed).unwrap(), 1), EnvelopeError::Misdirected);
}

#[test]
fn what_is_no_request_to_join_is_refused_unread() {
    for bytes in [Vec::new(), b"hello".to_vec(), vec![0; MAX_ENROL_BYTES + 1]] {
        assert!(matches!(EnrolKnock::read(&bytes), Err(EnvelopeError::Malformed(_))));
    }
    let (request, _) = asking(1).seal(code(), &key(2)).unwrap();
    assert!(matches!(EnrolKnock::read(&[request, vec![0]].concat()), Err(EnvelopeError::Malformed(_))));
}
