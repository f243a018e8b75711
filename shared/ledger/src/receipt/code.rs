//! The code on a receipt: proves, with the writer's key alone, that this receipt was written there and for how much.

use crate::journal::{DeviceKey, Hash, PublicKey, SignatureError};
use data_encoding::BASE32_NOPAD;
use duka_core::{Currency, DeviceId, ReceiptId};
use minicbor::{Decode, Encode};

const PURPOSE: &str = "duka receipt 1";
const PREFIX: &str = "DUKA1";

/// What a receipt's code says.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ReceiptCode {
    /// Who wrote it.
    #[n(0)]
    pub device: DeviceId,
    /// The receipt.
    #[n(1)]
    pub receipt: ReceiptId,
    /// Series of its number.
    #[n(2)]
    pub series: String,
    /// Its number.
    #[n(3)]
    pub number: u64,
    /// The currency.
    #[n(4)]
    pub currency: Currency,
    /// To pay, minor units.
    #[n(5)]
    pub gross: i64,
    /// Place of its entry in the writer's log.
    #[n(6)]
    pub seq: u64,
    /// Hash of that entry.
    #[n(7)]
    pub hash: Hash,
}

/// A code and its writer's signature.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedReceiptCode {
    /// What is signed.
    #[n(0)]
    pub content: ReceiptCode,
    /// Ed25519 over the content's CBOR.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub signature: [u8; 64],
}

/// Why a text is no receipt code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptCodeError {
    /// Not in the form of one.
    #[error("the text is not a whole receipt code")]
    Malformed,
    /// Not signed by the device it names.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

impl ReceiptCode {
    /// Signs with the writer's key. Signing again gives the same signature.
    pub fn sign(self, key: &DeviceKey) -> SignedReceiptCode {
        let signature = key.sign(PURPOSE, &self.message());
        SignedReceiptCode { content: self, signature }
    }

    fn message(&self) -> Vec<u8> {
        // Encoding into a Vec cannot fail: there are no fallible encoders inside.
        minicbor::to_vec(self).unwrap_or_default()
    }
}

impl SignedReceiptCode {
    /// The longest text of a code.
    pub const MAX_LENGTH: usize = 600;

    /// Whether a scanned text is meant to be a receipt code.
    pub fn is_code(text: &str) -> bool {
        text.trim().get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
    }

    /// As printed: `DUKA1` and base 32 without padding, all of it within a QR code's alphanumeric set.
    pub fn text(&self) -> String {
        format!("{PREFIX}{}", BASE32_NOPAD.encode(&minicbor::to_vec(self).unwrap_or_default()))
    }

    /// Reads a scanned text; whether it is genuine shows [`SignedReceiptCode::verify`]. Case does not matter.
    pub fn parse(text: &str) -> Result<Self, ReceiptCodeError> {
        let text = text.trim();
        if !Self::is_code(text) || text.len() > Self::MAX_LENGTH || !text.is_ascii() {
            return Err(ReceiptCodeError::Malformed);
        }
        let upper = text.to_ascii_uppercase();
        let coded = upper.strip_prefix(PREFIX).ok_or(ReceiptCodeError::Malformed)?;
        let bytes = BASE32_NOPAD.decode(coded.as_bytes()).map_err(|_| ReceiptCodeError::Malformed)?;
        let code: Self = minicbor::decode(&bytes).map_err(|_| ReceiptCodeError::Malformed)?;
        // One content has one text: what decodes alike but is written otherwise is not a code.
        if code.text() == upper { Ok(code) } else { Err(ReceiptCodeError::Malformed) }
    }

    /// Checks that the holder of `key` wrote it.
    pub fn verify(&self, key: &PublicKey) -> Result<(), ReceiptCodeError> {
        Ok(key.verify(PURPOSE, &self.content.message(), &self.signature)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn signed(gross: i64, number: u64) -> (SignedReceiptCode, PublicKey) {
        let key = DeviceKey::from_secret([3; 32]);
        let code = ReceiptCode {
            device: DeviceId::from_bytes([1; 16]),
            receipt: ReceiptId::from_bytes([2; 16]),
            series: "A1".into(),
            number,
            currency: Currency::try_new("GBP").unwrap(),
            gross,
            seq: 4711,
            hash: Hash::of(b"entry"),
        };
        (code.sign(&key), key.public())
    }

    #[test]
    fn a_printed_code_reads_back_and_is_genuine() {
        let (code, key) = signed(3_320, 123);
        let text = code.text();
        assert!(text.len() <= 320 && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
        for scanned in [text.clone(), text.to_lowercase(), format!(" {text}\r\n")] {
            let read = SignedReceiptCode::parse(&scanned).unwrap();
            assert_eq!(read, code);
            read.verify(&key).unwrap();
        }
        assert!(SignedReceiptCode::is_code(&text) && !SignedReceiptCode::is_code("0073416510708"));
    }

    #[test]
    fn another_key_or_another_text_is_refused() {
        let (code, _) = signed(3_320, 123);
        assert!(code.verify(&DeviceKey::from_secret([4; 32]).public()).is_err());
        for text in ["", "DUKA1", "DUKA1ABC", "DUKA2", "ÄÖÜ", &format!("DUKA1{}", "A".repeat(700))] {
            assert!(SignedReceiptCode::parse(text).is_err(), "{text}");
        }
        assert!(SignedReceiptCode::parse(&format!("{}A", code.text())).is_err());
    }

    proptest! {
        #[test]
        fn any_changed_character_is_noticed(gross in -1_000_000_i64..1_000_000, number in 1_u64..1_000_000, at in any::<prop::sample::Index>(), to in 0_usize..36) {
            let (code, key) = signed(gross, number);
            let mut text = code.text().into_bytes();
            let place = at.index(text.len());
            let other = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"[to];
            prop_assume!(text[place] != other);
            text[place] = other;
            let text = String::from_utf8(text).unwrap();
            prop_assert!(SignedReceiptCode::parse(&text).and_then(|code| code.verify(&key)).is_err());
        }
    }
}
