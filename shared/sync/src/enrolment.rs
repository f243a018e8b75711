//! Joining: a device shows that it holds its key, and a server that it made the code (ADR 17).
//!
//! Both sign as in an exchange. Of the code only the one-time part is sent; the device signs over all of it, which only its server can
//! check, and believes only an answer by the key whose fingerprint stands in it.

use crate::{
    envelope::{Envelope, EnvelopeError, Purpose},
    limit::MAX_ENROL_BYTES,
    message::Nonce,
};
use duka_core::{DeviceId, EnrolCode, OneTimeCode, Timestamp};
use duka_ledger::{DeviceKey, Hash, Head, PublicKey};
use minicbor::{Decode, Encode};

/// What a device says that asks to join.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct EnrolRequest {
    /// The part of the code that its server knows.
    #[n(0)]
    pub once: OneTimeCode,
    /// Made by the device.
    #[n(1)]
    pub device: DeviceId,
    /// The device's key, which signs this.
    #[n(2)]
    pub key: PublicKey,
    /// What people call the device.
    #[n(3)]
    pub name: String,
    /// Makes its hash, to which the answer is bound, one of a kind.
    #[n(4)]
    pub nonce: Nonce,
    /// What the device's clock said: a label (I8).
    #[n(5)]
    pub sent_at: Timestamp,
    /// Where the server's own log stands here, if the database was a device of it before: a server that holds less must not write there (I3).
    #[n(6)]
    pub heard: Option<Head>,
    /// How far the shop's log of the device that this till was before is at the server, or can still be handed over: what happened until then the
    /// till knows, so a shift that is open there can go on.
    #[n(7)]
    pub before: Option<Head>,
}

/// What a server says to a device that joined.
#[derive(Encode, Decode)]
struct Answer<A> {
    /// Hash of the request.
    #[n(0)]
    request: Hash,
    #[n(1)]
    device: DeviceId,
    /// What the server's clock said: a label (I8).
    #[n(2)]
    sent_at: Timestamp,
    #[n(3)]
    answer: A,
}

impl EnrolRequest {
    /// Signs the request over the whole code: its bytes, and what its answer is opened with.
    pub fn seal(&self, code: EnrolCode, key: &DeviceKey) -> Result<(Vec<u8>, EnrolTicket), EnvelopeError> {
        let envelope = Envelope::seal(self.device, key, Purpose::EnrolRequest, &code.to_string(), self)?;
        let ticket = EnrolTicket { request: Hash::of(&envelope.message), device: self.device, code };
        Ok((envelope.to_bytes()?, ticket))
    }
}

/// Stands for a request to join that is under way. It opens what the server that made the code answers to it, and nothing else.
#[derive(Debug)]
pub struct EnrolTicket {
    request: Hash,
    device: DeviceId,
    code: EnrolCode,
}

impl EnrolTicket {
    /// Who asks.
    pub const fn device(&self) -> DeviceId {
        self.device
    }

    /// Opens the answer; `server_of` reads in it who the server says to be. Nothing of it may be used when this fails.
    pub fn open<A>(&self, bytes: &[u8], server_of: impl FnOnce(&A) -> Option<(DeviceId, PublicKey)>) -> Result<A, EnvelopeError>
    where
        A: for<'b> Decode<'b, ()>,
    {
        let envelope = Envelope::read(bytes)?;
        let claimed: Answer<A> = envelope.read_unverified()?;
        let (server, key) = server_of(&claimed.answer).ok_or_else(|| EnvelopeError::Malformed("it names no server".to_owned()))?;
        if !self.code.is_of(key.as_bytes()) {
            return Err(EnvelopeError::OtherServer);
        }
        let answer: Answer<A> = envelope.open(&key, Purpose::EnrolAnswer, "")?;
        if answer.request != self.request {
            return Err(EnvelopeError::OtherRequest);
        }
        if (answer.device, envelope.device) != (self.device, server) {
            return Err(EnvelopeError::Misdirected);
        }
        Ok(answer.answer)
    }
}

/// A request to join that came, of which nothing is known but its one-time code.
#[derive(Debug)]
pub struct EnrolKnock {
    envelope: Envelope,
    request: EnrolRequest,
}

impl EnrolKnock {
    /// Reads what came. Nothing in it may be believed before it is opened.
    pub fn read(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        if bytes.len() > MAX_ENROL_BYTES {
            return Err(EnvelopeError::Malformed(format!("it is larger than {MAX_ENROL_BYTES} bytes")));
        }
        let envelope = Envelope::read(bytes)?;
        let request = envelope.read_unverified()?;
        Ok(Self { envelope, request })
    }

    /// By which the server finds out for which company it is.
    pub const fn once(&self) -> &OneTimeCode {
        &self.request.once
    }

    /// Checks that who sent it holds the key in it, and was given the code that this server made.
    pub fn open(self, server_key: &PublicKey) -> Result<EnrolReceived, EnvelopeError> {
        let code = EnrolCode::new(self.request.once, server_key.as_bytes());
        let request: EnrolRequest = self.envelope.open(&self.request.key, Purpose::EnrolRequest, &code.to_string())?;
        if request.device != self.envelope.device {
            return Err(EnvelopeError::Misdirected);
        }
        Ok(EnrolReceived { request, hash: Hash::of(&self.envelope.message) })
    }
}

/// A request to join that was opened, and can be answered.
#[derive(Debug)]
pub struct EnrolReceived {
    /// What it says.
    pub request: EnrolRequest,
    hash: Hash,
}

impl EnrolReceived {
    /// A sealed answer, bound to this request.
    pub fn answer<A: Encode<()>>(
        &self,
        server: DeviceId,
        key: &DeviceKey,
        sent_at: Timestamp,
        answer: A,
    ) -> Result<Vec<u8>, EnvelopeError> {
        let answer = Answer { request: self.hash, device: self.request.device, sent_at, answer };
        Envelope::seal(server, key, Purpose::EnrolAnswer, "", &answer)?.to_bytes()
    }
}
