//! A message and the signature of who sent it.

use duka_core::DeviceId;
use duka_ledger::{DeviceKey, PublicKey};
use minicbor::{Decode, Encode};

/// What a signed message is for; a signature for one never passes for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// From a device to its server.
    Request,
    /// Back.
    Answer,
}

impl Purpose {
    const fn text(self) -> &'static str {
        match self {
            Self::Request => "duka exchange request 1",
            Self::Answer => "duka exchange answer 1",
        }
    }
}

/// A message, its sender and the sender's signature over its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Envelope {
    /// Who sent it.
    #[n(0)]
    pub device: DeviceId,
    /// The message's CBOR.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub message: Vec<u8>,
    /// Ed25519.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub signature: [u8; 64],
}

/// Why an envelope cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Not a message.
    #[error("the message cannot be read: {0}")]
    Malformed(String),
    /// The sender did not sign it.
    #[error("the message is not signed by its sender")]
    Signature,
}

fn malformed(fault: impl std::fmt::Display) -> EnvelopeError {
    EnvelopeError::Malformed(fault.to_string())
}

impl Envelope {
    /// Encodes and signs a message.
    pub fn seal(device: DeviceId, key: &DeviceKey, purpose: Purpose, message: &impl Encode<()>) -> Result<Vec<u8>, EnvelopeError> {
        let message = minicbor::to_vec(message).map_err(malformed)?;
        let signature = key.sign(purpose.text(), &message);
        minicbor::to_vec(Self { device, message, signature }).map_err(malformed)
    }

    /// Reads the outside, to learn who sent it; nothing in it may be believed before [`Envelope::open`].
    pub fn read(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        minicbor::decode(bytes).map_err(malformed)
    }

    /// Checks the sender's signature and reads the message.
    pub fn open<M: for<'b> Decode<'b, ()>>(&self, key: &PublicKey, purpose: Purpose) -> Result<M, EnvelopeError> {
        key.verify(purpose.text(), &self.message, &self.signature).map_err(|_| EnvelopeError::Signature)?;
        minicbor::decode(&self.message).map_err(malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Answer, Request};
    use duka_core::CompanyId;
    use proptest::prelude::*;

    const DEVICE: DeviceId = DeviceId::from_bytes([1; 16]);

    fn request() -> Request {
        Request { company: CompanyId::from_bytes([2; 16]), have: vec![], batches: vec![], digests: true }
    }

    fn sealed() -> Vec<u8> {
        Envelope::seal(DEVICE, &DeviceKey::from_secret([7; 32]), Purpose::Request, &request()).unwrap()
    }

    #[test]
    fn a_message_is_believed_only_from_its_sender_and_for_its_purpose() {
        let (key, other) = (DeviceKey::from_secret([7; 32]).public(), DeviceKey::from_secret([8; 32]).public());
        let envelope = Envelope::read(&sealed()).unwrap();
        assert_eq!((envelope.device, envelope.open::<Request>(&key, Purpose::Request)), (DEVICE, Ok(request())));
        assert_eq!(envelope.open::<Request>(&other, Purpose::Request), Err(EnvelopeError::Signature));
        assert_eq!(envelope.open::<Answer>(&key, Purpose::Answer), Err(EnvelopeError::Signature));
    }

    proptest! {
        #[test]
        fn no_bytes_make_a_reader_panic_and_no_change_passes(garbage in prop::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>(), bit in 0_u8..8) {
            let key = DeviceKey::from_secret([7; 32]).public();
            if let Ok(envelope) = Envelope::read(&garbage) {
                prop_assert!(envelope.open::<Request>(&key, Purpose::Request).is_err());
            }
            let mut bytes = sealed();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            let opened = Envelope::read(&bytes).and_then(|envelope| envelope.open::<Request>(&key, Purpose::Request).map(|message| (envelope.device, message)));
            // The sender's id stands outside the signature; whoever reads it looks up that sender's key.
            prop_assert!(opened.is_err() || opened.is_ok_and(|(device, _)| device != DEVICE));
        }
    }
}
