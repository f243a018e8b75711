//! The code that admits one till to a company: a one-time part that its server knows again, and a fingerprint by which the till knows that
//! server (ADR 17). Three check letters tell a mistyped code before anything is sent.

use crate::{Entropy, number};
use std::{fmt, str::FromStr};

/// Crockford's base 32: no I, L, O, U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of the one-time part: 50 bits.
const ONCE: usize = 10;
/// Letters of the fingerprint: 60 bits.
const FINGERPRINT: usize = 12;
const CHECKS: usize = 3;
const GROUP: usize = 5;

/// The part of a code that its server knows again, once: ten letters, each a number below 32.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct OneTimeCode([u8; ONCE]);

/// A whole code, as a person reads it out: `7K2MX-0QHWB-4F9TC-M8Z1D-RA6EP`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EnrolCode {
    once: OneTimeCode,
    fingerprint: [u8; FINGERPRINT],
}

/// A text is no code, or a mistyped one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnrolCodeError {
    /// A letter that no code has.
    #[error("'{0}' stands in no code: read it again")]
    Letter(char),
    /// Too few letters, or too many.
    #[error("a code has {all} letters and digits, this one has {0}", all = EnrolCode::LENGTH)]
    Length(usize),
    /// The letters do not belong together; the number of the group that is wrong, where it can be one letter alone.
    #[error("the code is mistyped{}: read it again", .group.map_or_else(String::new, |group| format!(" in group {group}")))]
    Mistyped {
        /// From 1.
        group: Option<usize>,
    },
}

impl OneTimeCode {
    /// Draws a new one.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut random = [0; ONCE];
        entropy.fill(&mut random);
        Self(random.map(|byte| byte & 31))
    }

    /// Its letters, as they are hashed and sent.
    pub fn letters(&self) -> String {
        text(&self.0)
    }

    fn try_from_letters(letters: &str) -> Result<Self, EnrolCodeError> {
        let read = read(letters)?;
        read.as_slice().try_into().map(Self).map_err(|_| EnrolCodeError::Length(read.len()))
    }
}

impl EnrolCode {
    /// Letters of a whole code.
    pub const LENGTH: usize = ONCE + FINGERPRINT + CHECKS;

    /// The code that holds `once`, of the server whose Ed25519 public key this is.
    pub fn new(once: OneTimeCode, server_key: &[u8; 32]) -> Self {
        // The one-time part is hashed as well: nobody can look for a key that fits before the code was made.
        let hash = blake3::derive_key("duka enrolment fingerprint 1", &[server_key.as_slice(), &once.0].concat());
        let mut fingerprint = [0; FINGERPRINT];
        fingerprint.iter_mut().zip(hash).for_each(|(letter, byte)| *letter = byte & 31);
        Self { once, fingerprint }
    }

    /// The part that is sent.
    pub const fn once(&self) -> &OneTimeCode {
        &self.once
    }

    /// Whether the server with this key made it.
    pub fn is_of(&self, server_key: &[u8; 32]) -> bool {
        Self::new(self.once, server_key) == *self
    }

    fn said(&self) -> Vec<u8> {
        [self.once.0.as_slice(), &self.fingerprint].concat()
    }
}

/// Case, spaces, dashes and look-alikes do not matter.
impl FromStr for EnrolCode {
    type Err = EnrolCodeError;

    fn from_str(text: &str) -> Result<Self, EnrolCodeError> {
        let letters = read(text)?;
        let wrong = || EnrolCodeError::Length(letters.len());
        let (once, rest) = letters.split_first_chunk::<ONCE>().ok_or_else(wrong)?;
        let (fingerprint, checks) = rest.split_first_chunk::<FINGERPRINT>().ok_or_else(wrong)?;
        let checks = <[u8; CHECKS]>::try_from(checks).map_err(|_| wrong())?;
        let code = Self { once: OneTimeCode(*once), fingerprint: *fingerprint };
        if check_letters(&code.said()) == checks { Ok(code) } else { Err(EnrolCodeError::Mistyped { group: wrong_group(&letters) }) }
    }
}

impl fmt::Display for EnrolCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = self.said();
        let letters = [said.as_slice(), &check_letters(&said)].concat();
        let groups: Vec<String> = letters.chunks(GROUP).map(text).collect();
        f.write_str(&groups.join("-"))
    }
}

/// A code is as secret as a password.
impl fmt::Debug for EnrolCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnrolCode(secret)")
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeCode(secret)")
    }
}

impl<C> minicbor::Encode<C> for OneTimeCode {
    fn encode<W: minicbor::encode::Write>(&self, e: &mut minicbor::Encoder<W>, _: &mut C) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(&self.letters())?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for OneTimeCode {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        Self::try_from_letters(d.str()?).map_err(|_| minicbor::decode::Error::message("not the one-time part of a code").at(at))
    }
}

/// What a person typed as numbers below 32. Whatever is no letter or digit only makes it easier to read.
fn read(text: &str) -> Result<Vec<u8>, EnrolCodeError> {
    let read = |typed: char| {
        let meant = match typed.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let letter = || LETTERS.iter().position(|letter| char::from(*letter) == meant).and_then(|place| u8::try_from(place).ok());
        // Keyboards of other scripts have digits of their own.
        let digit = || number::digit(meant).and_then(|(_, digit)| u8::try_from(digit).ok());
        letter().or_else(digit).ok_or(EnrolCodeError::Letter(typed))
    };
    text.chars().filter(|typed| typed.is_alphanumeric()).map(read).collect()
}

fn text(letters: &[u8]) -> String {
    letters.iter().filter_map(|letter| LETTERS.get(usize::from(*letter))).map(|letter| char::from(*letter)).collect()
}

/// The check letters: the remainder of a Reed–Solomon code over the field of 32 elements, whose generator has the roots 1, α and α². Any
/// three wrong letters are noticed, and where only one is wrong, there is no other place at which one letter could be.
///
/// Source: I. S. Reed and G. Solomon, Polynomial Codes over Certain Finite Fields, 1960. (x+1)(x+2)(x+4) = x³ + 7x² + 14x + 8.
fn check_letters(letters: &[u8]) -> [u8; CHECKS] {
    letters.iter().fold([0; CHECKS], |[high, middle, low], letter| {
        let out = high ^ letter;
        [middle ^ times(out, 7), low ^ times(out, 14), times(out, 8)]
    })
}

/// The product in the field of 32 elements, modulo x⁵ + x² + 1.
fn times(a: u8, b: u8) -> u8 {
    [16, 8, 4, 2, 1].iter().fold(0, |sum: u8, bit| {
        let doubled = sum << 1;
        let reduced = if doubled & 32 == 0 { doubled } else { doubled ^ 0b10_0101 };
        if b & bit == 0 { reduced } else { reduced ^ a }
    })
}

/// The group, from 1, in which another letter would make the code fit.
fn wrong_group(letters: &[u8]) -> Option<usize> {
    let fits = |letters: &[u8]| letters.split_last_chunk::<CHECKS>().is_some_and(|(said, checks)| check_letters(said) == *checks);
    let mended = |place: usize| {
        (0..32).any(|letter| {
            let mut other = letters.to_vec();
            other.get_mut(place).is_some_and(|wrong| {
                *wrong = letter;
                true
            }) && fits(&other)
        })
    };
    let place = (0..letters.len()).find(|place| mended(*place))?;
    place.checked_div(GROUP).map(|group| group.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Counting;

    impl Entropy for Counting {
        fn fill(&self, buffer: &mut [u8]) {
            for (byte, number) in buffer.iter_mut().zip(11..) {
                *byte = number;
            }
        }
    }

    fn code(key: u8) -> EnrolCode {
        EnrolCode::new(OneTimeCode::new(&Counting), &[key; 32])
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = code(1);
        let shown = code.to_string();
        assert_eq!((shown.len(), shown.split('-').count(), code.once().letters().as_str()), (29, 5, "BCDEFGHJKM"));
        let bare = shown.replace('-', "");
        let look_alike = shown.replace('0', "o").replace('1', "L");
        let arabic = shown.replace('2', "٢").replace('7', "٧");
        for typed in [
            shown.to_lowercase(),
            bare.clone(),
            shown.replace('-', " "),
            look_alike,
            arabic,
            format!("“{}”\r\n", shown.replace('-', " – ")),
        ] {
            assert_eq!(typed.parse(), Ok(code), "{typed}");
        }
        assert_eq!("".parse::<EnrolCode>(), Err(EnrolCodeError::Length(0)));
        assert_eq!(bare[..24].parse::<EnrolCode>(), Err(EnrolCodeError::Length(24)));
        assert_eq!(format!("{bare}7").parse::<EnrolCode>(), Err(EnrolCodeError::Length(26)));
        assert_eq!(format!("U{}", &bare[1..]).parse::<EnrolCode>(), Err(EnrolCodeError::Letter('U')));
        assert_eq!("茶".parse::<EnrolCode>(), Err(EnrolCodeError::Letter('茶')));
    }

    #[test]
    fn a_code_knows_its_server_and_no_other() {
        assert!(code(1).is_of(&[1; 32]) && !code(1).is_of(&[2; 32]));
        let another = EnrolCode::new(OneTimeCode([0; ONCE]), &[1; 32]);
        assert_ne!(another.fingerprint, code(1).fingerprint, "a key that fits one code fits no other");
    }

    #[test]
    fn a_code_is_not_told_by_accident() {
        let told = format!("{:?} {:?}", code(1), code(1).once());
        assert_eq!(told, "EnrolCode(secret) OneTimeCode(secret)");
    }

    #[test]
    fn the_product_is_that_of_a_field() {
        for a in 1..32 {
            let mut products: Vec<u8> = (0..32).map(|b| times(a, b)).collect();
            assert_eq!((times(a, 1), times(1, a)), (a, a));
            products.sort_unstable();
            assert_eq!(products, (0..32).collect::<Vec<u8>>(), "{a}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_letter_is_told_with_its_group_and_up_to_three_are_told(
            once in any::<[u8; ONCE]>(), key in any::<[u8; 32]>(),
            wrong in proptest::collection::btree_map(0..EnrolCode::LENGTH, 1_u8..32, 1..=3),
        ) {
            let code = EnrolCode::new(OneTimeCode(once.map(|byte| byte & 31)), &key);
            let mut letters = read(&code.to_string()).unwrap();
            for (place, change) in &wrong {
                letters[*place] ^= change;
            }
            let told = text(&letters).parse::<EnrolCode>().unwrap_err();
            let EnrolCodeError::Mistyped { group } = told else { panic!("{told}") };
            match wrong.keys().next() {
                Some(place) if wrong.len() == 1 => prop_assert_eq!(group, Some(place / GROUP + 1)),
                _ if wrong.len() == 2 => prop_assert_eq!(group, None),
                _ => {}
            }
        }
    }
}
