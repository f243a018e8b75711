//! A device that was found to be a copy asks its server to be certified anew (I12): signed by the key that it shares with the other copy, and
//! by the new one, which it alone holds.

use crate::{
    acknowledged::Parties,
    envelope::{Envelope, EnvelopeError, Purpose, Ticket, malformed, read},
    limit::MAX_RECEIPTS_ASKED,
    message::{Nonce, at_most},
};
use duka_core::{CompanyId, DeviceId, ReceiptId};
use duka_ledger::{DeviceCertified, DeviceKey, Hash, PublicKey};
use minicbor::{Decode, Encode, bytes::ByteVec};

/// What the new key signs, to prove that the device has it.
const POSSESSION: &str = "duka succession key 1";

/// What the device asks.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Succession {
    /// Whom it asks.
    #[n(0)]
    pub server: DeviceId,
    /// The company of both.
    #[n(1)]
    pub company: CompanyId,
    /// Who it is until now.
    #[n(2)]
    pub device: DeviceId,
    /// Makes its hash, to which the answer is bound, one of a kind.
    #[n(3)]
    pub nonce: Nonce,
    /// Who it will be. Asking again with the same is asking for the same (I2).
    #[n(4)]
    pub successor: DeviceId,
    /// The successor's public key.
    #[n(5)]
    pub key: PublicKey,
    /// Receipts that it is about to write again, from the first on: one that both copies began may stand in the other branch, too.
    #[n(6)]
    pub receipts: Vec<ReceiptId>,
    /// Up to which place it holds the server's own log: one that holds less must not write there (I3).
    #[n(7)]
    pub heard: u64,
}

/// A receipt that the server holds already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct HeldReceipt {
    /// Its id.
    #[n(0)]
    pub receipt: ReceiptId,
    /// Whether money was given back.
    #[n(1)]
    pub refund: bool,
    /// Its sum, minor units.
    #[n(2)]
    pub gross: i64,
}

/// What the server has certified.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Succeeded {
    /// The hash of the request.
    #[n(0)]
    pub request: Hash,
    /// Who answers.
    #[n(1)]
    pub server: DeviceId,
    /// Whom.
    #[n(2)]
    pub device: DeviceId,
    /// Who it is from now on; the server's log says the same.
    #[n(3)]
    pub certificate: DeviceCertified,
    /// Those of the receipts asked for that it holds.
    #[n(4)]
    pub held: Vec<HeldReceipt>,
}

/// The request with the new key's own signature over it.
#[derive(Encode, Decode)]
struct Proven {
    #[n(0)]
    request: ByteVec,
    #[cbor(n(1), with = "minicbor::bytes")]
    proof: [u8; 64],
}

/// A request for succession that was opened, and can be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedSuccession {
    /// What it says.
    pub request: Succession,
    hash: Hash,
}

impl Succession {
    /// Signs the request with the old key and the new: its bytes, and what its answer is opened with.
    pub fn seal(&self, old: &DeviceKey, new: &DeviceKey) -> Result<(Vec<u8>, Ticket), EnvelopeError> {
        let request = minicbor::to_vec(self).map_err(malformed)?;
        let proof = new.sign(POSSESSION, &request);
        let envelope = Envelope::seal(self.device, old, Purpose::Succession, "", &Proven { request: request.into(), proof })?;
        let parties = Parties { server: self.server, company: self.company, device: self.device };
        Ok((envelope.to_bytes()?, Ticket::new(&envelope, parties)))
    }
}

impl Envelope {
    /// Opens a request for succession that came to the `server` of `company`, with the key of the device that the outside names.
    pub fn open_succession(&self, key: &PublicKey, server: DeviceId, company: CompanyId) -> Result<ReceivedSuccession, EnvelopeError> {
        let proven: Proven = self.open(key, Purpose::Succession, "")?;
        let request: Succession = read(&proven.request)?;
        if (request.server, request.company, request.device) != (server, company, self.device) {
            return Err(EnvelopeError::Misdirected);
        }
        request.key.verify(POSSESSION, &proven.request, &proven.proof).map_err(|_| EnvelopeError::Signature)?;
        at_most("receipts", MAX_RECEIPTS_ASKED, request.receipts.len())?;
        Ok(ReceivedSuccession { request, hash: Hash::of(&self.message) })
    }
}

impl ReceivedSuccession {
    /// A sealed answer, bound to this request.
    pub fn answer(&self, key: &DeviceKey, certificate: DeviceCertified, held: Vec<HeldReceipt>) -> Result<Vec<u8>, EnvelopeError> {
        let Succession { server, device, .. } = self.request;
        let answer = Succeeded { request: self.hash, server, device, certificate, held };
        Envelope::seal(server, key, Purpose::Succeeded, "", &answer)?.to_bytes()
    }
}

impl Ticket {
    /// Opens the answer to a request for succession, if it is this server's to this request.
    pub fn open_succession(self, bytes: &[u8], server_key: &PublicKey) -> Result<Succeeded, EnvelopeError> {
        let envelope = Envelope::read(bytes)?;
        let answer: Succeeded = envelope.open(server_key, Purpose::Succeeded, "")?;
        self.check(answer.request, (answer.server, answer.device, envelope.device))?;
        at_most("receipts", MAX_RECEIPTS_ASKED, answer.held.len())?;
        Ok(answer)
    }
}
