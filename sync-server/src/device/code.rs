//! One-time codes: ten characters that are easy to read out, 50 bits.

use duka_core::Entropy;

/// Crockford's base 32: no I, L, O, U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 10;

/// A new code, as it is shown: `7K2MX-0QHWB`.
pub(super) fn make(entropy: &dyn Entropy) -> String {
    let mut random = [0; LENGTH];
    entropy.fill(&mut random);
    let letters: String = random.iter().map(|byte| LETTERS.get(usize::from(byte & 31)).map_or('0', |letter| char::from(*letter))).collect();
    let (first, second) = letters.split_at(LENGTH / 2);
    format!("{first}-{second}")
}

/// The hash that a code is kept as; none for what cannot be a code. Case, dashes and look-alikes do not matter.
pub(super) fn hash(text: &str) -> Option<Vec<u8>> {
    let bare: String = text
        .chars()
        .filter(|c| !matches!(c, '-' | ' '))
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    (bare.len() == LENGTH && bare.bytes().all(|b| LETTERS.contains(&b)))
        .then(|| blake3::derive_key("duka enrolment code 1", bare.as_bytes()).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::entropy::SystemEntropy;

    #[test]
    fn a_code_is_known_again_however_it_is_typed() {
        let code = make(&SystemEntropy);
        assert_eq!(code.len(), 11);
        let hashed = hash(&code).unwrap();
        assert_eq!(hash(&code.to_lowercase().replace('-', " ")), Some(hashed));
        assert_eq!(hash("ol0o1-00000"), hash("01001-00000"));
        for text in ["", "1234", "UUUUU-UUUUU", "1234567890A", "é"] {
            assert_eq!(hash(text), None, "{text}");
        }
    }
}
