//! How people of a place write numbers.

use crate::language::Subtags;

/// How people of a place write numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum NumberForm {
    /// `1,234.50`
    #[default]
    #[n(0)]
    Point,
    /// `1.234,50`
    #[n(1)]
    Comma,
}

/// Languages that have a decimal comma.
///
/// Source: the decimal mark for amounts of money in Latin digits, Unicode CLDR 48; the same for [`EXCEPTIONS`].
const COMMA: &[&str] = &[
    "af", "agq", "ast", "az", "bas", "be", "bg", "blo", "br", "bs", "bua", "ca", "cs", "da", "de", "dsb", "dua", "dyo", "el", "eo", "es",
    "et", "eu", "ewo", "ff", "fi", "fo", "fr", "fur", "fy", "gl", "hr", "hsb", "hu", "hy", "ia", "id", "ie", "is", "it", "jgo", "jv", "ka",
    "kab", "kea", "kgp", "kk", "kkj", "kl", "ksf", "ksh", "ku", "ky", "lb", "lij", "lmo", "ln", "lo", "lt", "lu", "lv", "mgh", "mk", "mua",
    "nb", "nds", "nl", "nmg", "nn", "nnh", "no", "oc", "os", "pl", "pms", "prg", "ps", "pt", "rm", "rn", "ro", "ru", "rw", "sah", "sc",
    "scn", "se", "seh", "sg", "sh", "shi", "sk", "sl", "smn", "sq", "sr", "su", "sv", "szl", "tg", "tk", "tok", "tr", "tt", "tzm", "uk",
    "uz", "vec", "vi", "vmw", "wae", "wo", "yav", "yrl", "zgh",
];

/// Regions that write otherwise than the rest of their language.
const EXCEPTIONS: &[(&str, &[&str])] = &[
    ("ar", &["DZ", "LB", "LY", "MA", "MR", "TN"]),
    ("de", &["CH", "LI"]),
    ("en", &["AT", "ID", "ZA"]),
    ("es", &["419", "BR", "BZ", "CU", "DO", "GT", "HN", "MX", "NI", "PA", "PE", "PR", "SV", "US"]),
    ("fr", &["CH"]),
    ("it", &["CH"]),
    ("kk", &["CN"]),
    ("ku", &["IQ"]),
    ("ms", &["BN", "ID"]),
    ("qu", &["BO"]),
    ("sw", &["CD"]),
];

impl NumberForm {
    /// The form of a language, with its region where that matters: `de`, `fr-CH`, `en-ZA`, `sr-Latn-ME`; a point for one not known.
    pub fn for_language_tag(tag: &str) -> Self {
        let Subtags { language, region, .. } = Subtags::of(tag);
        let excepted = EXCEPTIONS.iter().any(|(of, regions)| *of == language && regions.contains(&region.as_str()));
        if COMMA.contains(&language.as_str()) == excepted { Self::Point } else { Self::Comma }
    }

    /// What stands before the decimals.
    pub const fn decimal_mark(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    /// What stands between thousands.
    pub const fn group_mark(self) -> char {
        match self {
            Self::Point => ',',
            Self::Comma => '.',
        }
    }

    /// A whole number's digits in groups of three.
    pub(crate) fn grouped(self, digits: &str) -> String {
        let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
        groups.join(self.group_mark().encode_utf8(&mut [0; 4]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_writes_numbers_as_its_people_do() {
        let comma = [
            "de",
            "DE",
            "de-AT",
            "de_DE",
            "fr",
            "fr-FR",
            "es",
            "es-AR",
            "pt-BR",
            "id",
            "tr",
            "vi",
            "en-ZA",
            "ar-MA",
            "sr-Latn-ME",
            "sw-CD",
        ];
        for tag in comma {
            assert_eq!(NumberForm::for_language_tag(tag), NumberForm::Comma, "{tag}");
        }
        let point = [
            "en",
            "en-GB",
            "de-CH",
            "fr-CH",
            "it-CH",
            "es-MX",
            "es-419",
            "sw",
            "sw-TZ",
            "ar",
            "ar-EG",
            "hi",
            "zh-Hant-TW",
            "th",
            "",
            "xx",
            "de-Latn-CH",
            "en-u-nu-za",
        ];
        for tag in point {
            assert_eq!(NumberForm::for_language_tag(tag), NumberForm::Point, "{tag}");
        }
    }

    #[test]
    fn the_form_is_one_word_in_settings() {
        assert_eq!(serde_json::to_string(&NumberForm::Comma).unwrap(), r#""comma""#);
        assert_eq!(serde_json::from_str::<NumberForm>(r#""point""#).unwrap(), NumberForm::default());
    }

    #[test]
    fn the_tables_have_each_language_once() {
        assert!(COMMA.is_sorted_by(|a, b| a < b) && EXCEPTIONS.is_sorted_by(|a, b| a.0 < b.0));
    }
}
