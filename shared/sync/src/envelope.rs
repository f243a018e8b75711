//! A message and the signature of who sent it; an answer and the request it belongs to.

use crate::{
    acknowledged::Parties,
    items,
    limit::MAX_ITEMS,
    message::{Answer, Request, Said, TooMuch},
};
use duka_core::{CompanyId, DeviceId, Timestamp};
use duka_ledger::{DeviceKey, Hash, PublicKey};
use minicbor::{Decode, Encode};

/// What a signed message is for; a signature for one never passes for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// From a device to its server.
    Request,
    /// Back.
    Answer,
    /// From a device that asks to join, to the server that made its code.
    EnrolRequest,
    /// Back.
    EnrolAnswer,
    /// From a device that becomes another.
    Succession,
    /// Back.
    Succeeded,
}

impl Purpose {
    const fn text(self) -> &'static str {
        match self {
            Self::Request => "duka exchange request 1",
            Self::Answer => "duka exchange answer 1",
            Self::EnrolRequest => "duka enrolment request 1",
            Self::EnrolAnswer => "duka enrolment answer 1",
            Self::Succession => "duka succession request 1",
            Self::Succeeded => "duka succession answer 1",
        }
    }
}

/// A message, its sender and the sender's signature over its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Envelope {
    /// Who claims to have sent it. The message says it again, under the signature.
    #[n(0)]
    pub device: DeviceId,
    /// The message's CBOR.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub message: Vec<u8>,
    /// Ed25519.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub signature: [u8; 64],
}

/// Why a message is not used. Nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Not a message.
    #[error("the message cannot be read: {0}")]
    Malformed(String),
    /// More in it than may be.
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
    /// The sender did not sign it.
    #[error("the message is not signed by its sender")]
    Signature,
    /// The server did not sign what it says to hold.
    #[error("what the server acknowledges is not signed by it")]
    Acknowledgement,
    /// It was signed by who should have, but for another server, company or device.
    #[error("the message is meant for somebody else")]
    Misdirected,
    /// An answer to another request: a captured one that was given again, or one that came late.
    #[error("the answer belongs to another request")]
    OtherRequest,
    /// Who answered a request to join is not who made the code.
    #[error("another server answered than the one that made this code")]
    OtherServer,
}

pub(crate) fn malformed(fault: impl std::fmt::Display) -> EnvelopeError {
    EnvelopeError::Malformed(fault.to_string())
}

pub(crate) fn read<M: for<'b> Decode<'b, ()>>(bytes: &[u8]) -> Result<M, EnvelopeError> {
    items::at_most(bytes, MAX_ITEMS)?;
    let mut decoder = minicbor::Decoder::new(bytes);
    let message = decoder.decode().map_err(malformed)?;
    match bytes.len().saturating_sub(decoder.position()) {
        0 => Ok(message),
        rest => Err(malformed(format!("{rest} bytes stand behind it"))),
    }
}

impl Envelope {
    /// Encodes a message and signs it, together with what both sides know `besides`: for one purpose always of one length.
    pub(crate) fn seal(
        device: DeviceId,
        key: &DeviceKey,
        purpose: Purpose,
        besides: &str,
        message: &impl Encode<()>,
    ) -> Result<Self, EnvelopeError> {
        let message = minicbor::to_vec(message).map_err(malformed)?;
        let signature = key.sign(purpose.text(), &[besides.as_bytes(), &message].concat());
        Ok(Self { device, message, signature })
    }

    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, EnvelopeError> {
        minicbor::to_vec(self).map_err(malformed)
    }

    /// Reads the outside, to learn who sent it; nothing in it may be believed before it is opened.
    pub fn read(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        read(bytes)
    }

    /// Reads the message, to learn whose key it names; nothing in it may be believed before it is opened with that.
    pub(crate) fn read_unverified<M: for<'b> Decode<'b, ()>>(&self) -> Result<M, EnvelopeError> {
        read(&self.message)
    }

    /// Checks the sender's signature and reads the message.
    pub(crate) fn open<M: for<'b> Decode<'b, ()>>(&self, key: &PublicKey, purpose: Purpose, besides: &str) -> Result<M, EnvelopeError> {
        let signed = [besides.as_bytes(), &self.message].concat();
        key.verify(purpose.text(), &signed, &self.signature).map_err(|_| EnvelopeError::Signature)?;
        read(&self.message)
    }

    /// Reads a request whose sender's key is not known; it names the sender that the outside names.
    pub fn read_request(&self) -> Result<Unverified, EnvelopeError> {
        let request: Request = self.read_unverified()?;
        if request.device != self.device {
            return Err(EnvelopeError::Misdirected);
        }
        request.check_limits()?;
        Ok(Unverified { request, hash: Hash::of(&self.message) })
    }

    /// Opens a request that came to the `server` of `company`, with the key of the device that the outside names.
    pub fn open_request(&self, key: &PublicKey, server: DeviceId, company: CompanyId) -> Result<Received, EnvelopeError> {
        let request: Request = self.open(key, Purpose::Request, "")?;
        if (request.server, request.company, request.device) != (server, company, self.device) {
            return Err(EnvelopeError::Misdirected);
        }
        request.check_limits()?;
        Ok(Received { request, hash: Hash::of(&self.message) })
    }
}

/// A request of a device that is not known, so that nobody can tell whether it is who it says to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unverified {
    /// What it says. Nothing of it may be believed but what proves itself.
    pub request: Request,
    hash: Hash,
}

impl Unverified {
    /// A sealed answer to whoever it is: that there is no such device, as far as the server's own log goes, which it holds up to `held`.
    pub fn not_enrolled(&self, key: &DeviceKey, sent_at: Timestamp, held: u64) -> Result<Vec<u8>, EnvelopeError> {
        let Self { request, hash } = self.clone();
        Received { request, hash }.answer(key, sent_at, 0, Said::NotEnrolled(held))
    }
}

/// A request that was opened, and can be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// What it says.
    pub request: Request,
    hash: Hash,
}

impl Received {
    /// A sealed answer, bound to this request.
    pub fn answer(&self, key: &DeviceKey, sent_at: Timestamp, counter: u64, said: Said) -> Result<Vec<u8>, EnvelopeError> {
        let Request { server, device, .. } = self.request;
        let answer = Answer { request: self.hash, server, device, sent_at, counter, said };
        Envelope::seal(server, key, Purpose::Answer, "", &answer)?.to_bytes()
    }
}

/// Stands for a request that is under way. It opens one answer, once.
#[derive(Debug, PartialEq, Eq)]
pub struct Ticket {
    request: Hash,
    parties: Parties,
}

impl Request {
    /// Signs the request: its bytes, and what its answer is opened with.
    pub fn seal(&self, key: &DeviceKey) -> Result<(Vec<u8>, Ticket), EnvelopeError> {
        let envelope = Envelope::seal(self.device, key, Purpose::Request, "", self)?;
        let parties = Parties { server: self.server, company: self.company, device: self.device };
        Ok((envelope.to_bytes()?, Ticket::new(&envelope, parties)))
    }
}

impl Ticket {
    pub(crate) fn new(sealed: &Envelope, parties: Parties) -> Self {
        Self { request: Hash::of(&sealed.message), parties }
    }

    /// Checks that an answer names this request, who answers and whom, and comes from who answers.
    pub(crate) fn check(&self, request: Hash, (server, device, sender): (DeviceId, DeviceId, DeviceId)) -> Result<(), EnvelopeError> {
        if request != self.request {
            return Err(EnvelopeError::OtherRequest);
        }
        if (server, device, sender) != (self.parties.server, self.parties.device, self.parties.server) {
            return Err(EnvelopeError::Misdirected);
        }
        Ok(())
    }

    /// Opens the answer, if it is this server's to this request and the server signed what it acknowledges.
    pub fn open(self, bytes: &[u8], server_key: &PublicKey) -> Result<Answer, EnvelopeError> {
        let envelope = Envelope::read(bytes)?;
        let answer: Answer = envelope.open(server_key, Purpose::Answer, "")?;
        self.check(answer.request, (answer.server, answer.device, envelope.device))?;
        answer.check_limits()?;
        if let Said::Exchanged(said) = &answer.said {
            said.acknowledged.verify(server_key, self.parties).map_err(|_| EnvelopeError::Acknowledgement)?;
        }
        Ok(answer)
    }
}
