//! Signed heads: one signature covers everything before it in a log.

use super::entry::{Hash, LogId};
use crate::table::{self, Cell, Value};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};

/// Where a log stands: its last entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct Head {
    /// The log.
    #[n(0)]
    pub log: LogId,
    /// The last entry's place.
    #[n(1)]
    pub seq: u64,
    /// The last entry's hash.
    #[n(2)]
    pub hash: Hash,
}

/// A head that its device vouches for (Ed25519).
#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct SignedHead {
    /// What is signed.
    #[n(0)]
    pub head: Head,
    /// 64 bytes over the head.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub signature: [u8; 64],
}

/// The signature does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not fit the device's key")]
pub struct SignatureError;

/// A device's public key, 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode)]
#[cbor(transparent)]
pub struct PublicKey(#[cbor(n(0), with = "minicbor::bytes")] [u8; 32]);

/// Bytes that are no key are not read as one: what is certified can be stored and read back.
impl<'b, C> minicbor::Decode<'b, C> for PublicKey {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        let bytes: minicbor::bytes::ByteArray<32> = d.decode()?;
        Self::try_from_bytes(bytes.into()).map_err(|_| minicbor::decode::Error::message("not a public key").at(at))
    }
}

impl PublicKey {
    /// Takes 32 bytes; refuses those that are no point of the curve.
    pub fn try_from_bytes(bytes: [u8; 32]) -> Result<Self, SignatureError> {
        VerifyingKey::from_bytes(&bytes).map(|_| Self(bytes)).map_err(|_| SignatureError)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Checks a signature over `message` made for `purpose`.
    pub fn verify(&self, purpose: &str, message: &[u8], signature: &[u8; 64]) -> Result<(), SignatureError> {
        let key = VerifyingKey::from_bytes(&self.0).map_err(|_| SignatureError)?;
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        key.verify_strict(&for_purpose(purpose, message), &signature).map_err(|_| SignatureError)
    }
}

/// A device's private key. It never leaves the device.
pub struct DeviceKey(SigningKey);

impl DeviceKey {
    /// From the 32 secret bytes.
    pub fn from_secret(secret: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&secret))
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs `message` for `purpose`; a signature for one purpose never passes for another.
    pub fn sign(&self, purpose: &str, message: &[u8]) -> [u8; 64] {
        self.0.sign(&for_purpose(purpose, message)).to_bytes()
    }

    /// Vouches for a head.
    pub fn sign_head(&self, head: Head) -> SignedHead {
        SignedHead { head, signature: self.sign(HEAD, &head.message()) }
    }
}

impl std::fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeviceKey(secret)")
    }
}

const HEAD: &str = "duka head 1";

fn for_purpose(purpose: &str, message: &[u8]) -> Vec<u8> {
    [purpose.as_bytes(), &[0], message].concat()
}

impl Head {
    /// The bytes that are signed: device, scope id, seq (big endian), hash.
    fn message(&self) -> Vec<u8> {
        [self.log.device.as_bytes().as_slice(), self.log.scope.id_bytes(), &self.seq.to_be_bytes(), self.hash.as_bytes()].concat()
    }
}

impl SignedHead {
    /// Checks that the holder of `key` vouched for this head.
    pub fn verify(&self, key: &PublicKey) -> Result<(), SignatureError> {
        key.verify(HEAD, &self.head.message(), &self.signature)
    }
}

impl Cell for PublicKey {
    const KIND: table::Kind = table::Kind::Bytes;

    fn into_value(self) -> Value {
        Value::Bytes(self.0.to_vec())
    }

    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => bytes.try_into().ok().and_then(|key| Self::try_from_bytes(key).ok()),
            _ => None,
        }
    }
}
