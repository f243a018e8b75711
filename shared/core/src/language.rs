//! Languages by their tags.

use crate::NumberForm;

/// The language that a shop speaks, as a BCP 47 tag: `en`, `fr-CH`, `ar-EG`, `az-Arab`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, minicbor::Encode)]
#[cbor(transparent)]
#[serde(try_from = "String", into = "String")]
pub struct Language(#[n(0)] String);

/// A text is not the tag of a language.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a language; write its tag, such as en, fr-CH or ar-EG")]
pub struct LanguageError(String);

/// Scripts that run from right to left. Source: the property `Bidi_Class` of their letters, Unicode 17; living scripts alone.
const RIGHT_TO_LEFT: &[&str] = &["adlm", "arab", "aran", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"];

/// Languages whose usual script is one of these. Source: likely subtags of Unicode CLDR 48; the same for [`EXCEPTIONS`].
const WRITTEN_SO: &[&str] = &[
    "ar", "arc", "bal", "bgn", "bqi", "ckb", "dv", "fa", "glk", "he", "iw", "khw", "ks", "lrc", "mzn", "nqo", "pnb", "ps", "rhg", "sd",
    "sdh", "skr", "syr", "ug", "ur", "yi",
];

/// Regions that write otherwise than the rest of their language.
const EXCEPTIONS: &[(&str, &[&str])] =
    &[("az", &["IQ", "IR"]), ("kk", &["CN"]), ("ku", &["IQ", "IR"]), ("ky", &["CN"]), ("pa", &["PK"]), ("sd", &["IN"]), ("uz", &["AF"])];

impl Language {
    /// The longest tag.
    pub const MAX_LENGTH: usize = 35;

    /// Reads a tag; what it means is not asked.
    pub fn try_new(tag: &str) -> Result<Self, LanguageError> {
        let tag = tag.trim();
        let is_subtag = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
        let language = tag.split('-').next().unwrap_or_default();
        let is_language = (2..=8).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_alphabetic());
        if tag.len() > Self::MAX_LENGTH || !is_language || !tag.split('-').all(is_subtag) {
            return Err(LanguageError(tag.chars().take(Self::MAX_LENGTH).collect()));
        }
        Ok(Self(tag.to_owned()))
    }

    /// Its tag.
    pub fn tag(&self) -> &str {
        &self.0
    }

    /// Whether its lines begin at the right.
    pub fn is_right_to_left(&self) -> bool {
        let Subtags { language, script, region } = Subtags::of(&self.0);
        if !script.is_empty() {
            return RIGHT_TO_LEFT.contains(&script.as_str());
        }
        let excepted = EXCEPTIONS.iter().any(|(of, regions)| *of == language && regions.contains(&region.as_str()));
        WRITTEN_SO.contains(&language.as_str()) != excepted
    }

    /// How its people write numbers.
    pub fn number_form(&self) -> NumberForm {
        NumberForm::for_language_tag(&self.0)
    }
}

impl Default for Language {
    /// The language of whatever Duka has no other words for.
    fn default() -> Self {
        Self("en".to_owned())
    }
}

impl TryFrom<String> for Language {
    type Error = LanguageError;
    fn try_from(tag: String) -> Result<Self, Self::Error> {
        Self::try_new(&tag)
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Language {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        Self::try_new(d.str()?).map_err(|_| minicbor::decode::Error::message("not a language's tag").at(at))
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.0
    }
}

/// The parts of a tag that tables are looked up by; those that it lacks are empty.
pub(crate) struct Subtags {
    /// In small letters.
    pub(crate) language: String,
    /// In small letters.
    pub(crate) script: String,
    /// In capitals.
    pub(crate) region: String,
}

impl Subtags {
    pub(crate) fn of(tag: &str) -> Self {
        let mut parts = tag.trim().split(['-', '_']);
        let language = parts.next().unwrap_or_default().to_ascii_lowercase();
        // A single letter begins the extensions: what follows is neither.
        let subtags: Vec<&str> = parts.take_while(|part| part.len() > 1).collect();
        let is_script = |part: &&&str| part.len() == 4 && part.bytes().all(|b| b.is_ascii_alphabetic());
        let is_region = |part: &&&str| part.len() == 2 || part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit());
        let script = subtags.iter().find(is_script).map(|part| part.to_ascii_lowercase()).unwrap_or_default();
        let region = subtags.iter().find(is_region).map(|part| part.to_ascii_uppercase()).unwrap_or_default();
        Self { language, script, region }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_runs_as_its_script_does() {
        for tag in ["ar", "ar-EG", "AR-eg", "he", "fa-AF", "ur-PK", "ckb", "az-Arab", "pa-PK", "uz-AF", "dv", "yi", "ku-IQ", "ff-Adlm-GN"] {
            assert!(Language::try_new(tag).unwrap().is_right_to_left(), "{tag}");
        }
        for tag in ["en", "sw-TZ", "az", "pa", "pa-Guru-PK", "ar-Latn", "sd-IN", "ku", "uz", "en-u-nu-arab", "zh-Hant"] {
            assert!(!Language::try_new(tag).unwrap().is_right_to_left(), "{tag}");
        }
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        for text in ["", "e", "en_GB", "english language", "عربي", "en-", "12", &format!("en{}", "-abcdefgh".repeat(4))] {
            assert!(Language::try_new(text).is_err(), "{text}");
        }
        assert_eq!(serde_json::from_str::<Language>("\"ar-EG\"").unwrap().tag(), "ar-EG");
        assert!(serde_json::from_str::<Language>("\"?\"").is_err());
    }

    #[test]
    fn the_tables_have_each_language_once() {
        assert!(RIGHT_TO_LEFT.is_sorted_by(|a, b| a < b) && WRITTEN_SO.is_sorted_by(|a, b| a < b));
        assert!(EXCEPTIONS.is_sorted_by(|a, b| a.0 < b.0));
    }
}
