//! Words as they are indexed and searched: any script, without case and accents.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Letters of a word that count; what follows does not narrow a search any more.
const LONGEST: usize = 24;
/// Words of a name that count: as many as the longest name has letters, since some scripts count every letter as a word.
const MOST: usize = 256;
/// Words of a search that count.
const MOST_TYPED: usize = 24;

/// The words of a text, folded. Scripts without spaces between words (Chinese, Japanese, Thai …) count every letter as a word.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut length = 0_usize;
    let mut end = |word: &mut String| {
        if !word.is_empty() && words.len() < MOST {
            words.push(std::mem::take(word));
        }
        word.clear();
    };
    let mut take = |c: char, word: &mut String| {
        if is_wide(c) {
            end(word);
            word.push(c);
            end(word);
            length = 0;
        } else if c.is_alphanumeric() || is_combining_mark(c) && !word.is_empty() {
            if length < LONGEST {
                word.push(c);
                length += 1;
            }
        } else {
            end(word);
            length = 0;
        }
    };
    if text.is_ascii() {
        text.chars().for_each(|c| take(c.to_ascii_lowercase(), &mut word));
    } else {
        let folded = text.nfkd().filter(|c| !is_accent(*c)).flat_map(char::to_lowercase).filter(|c| !is_accent(*c));
        folded.for_each(|c| match plain(c) {
            Some(plain) => plain.chars().for_each(|c| take(c, &mut word)),
            None => take(c, &mut word),
        });
    }
    take(' ', &mut word);
    words
}

/// The same as one text, as the index takes it.
pub(crate) fn indexed(name: &str, code: &str) -> String {
    let mut all = words(name);
    all.extend(words(code));
    all.join(" ")
}

/// A query for products that have each of the words typed; none when nothing was typed.
pub(crate) fn exact(text: &str) -> Option<String> {
    query(text, "")
}

/// A query for products that have, for each word typed, a word that begins so; none when nothing was typed.
pub(crate) fn beginning(text: &str) -> Option<String> {
    query(text, "*")
}

fn query(text: &str, end: &str) -> Option<String> {
    let mut words = words(text);
    words.truncate(MOST_TYPED);
    // Words hold letters, digits and marks only, so quoting is all the escaping there is to do.
    (!words.is_empty()).then(|| words.iter().map(|word| format!("\"{word}\"{end}")).collect::<Vec<_>>().join(" "))
}

/// Letters that people type otherwise and that do not fall apart into a letter and an accent.
const fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ς' => "σ",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' => "d",
        'ı' => "i",
        _ => return None,
    })
}

/// Marks that people leave out when typing: Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowel signs and the tatweel.
const fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{640}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
}

/// Letters of scripts written without spaces.
const fn is_wide(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_without_case_accents_or_spaces() {
        assert_eq!(words("Crème BRÛLÉE 2x90g"), ["creme", "brulee", "2x90g"]);
        assert_eq!(words("T-LIGHT \"HOLDER\"*"), ["t", "light", "holder"]);
        assert_eq!(words("抹茶ラテ tea"), ["抹", "茶", "ラ", "テ", "tea"]);
        assert_eq!(words("شَاي أحمد"), ["شاي", "احمد"]);
        assert_eq!(words("हिन्दी चाय"), ["हिन्दी", "चाय"]);
        assert_eq!(words("ΚΑΦΈΣ καφές Straße"), ["καφεσ", "καφεσ", "strasse"]);
        assert_eq!(words("…!?"), Vec::<String>::new());
    }

    #[test]
    fn what_is_typed_cannot_break_the_query() {
        assert_eq!(beginning("\" OR words:* NEAR("), Some("\"or\"* \"words\"* \"near\"*".into()));
        assert_eq!(exact("tea, \"black\""), Some("\"tea\" \"black\"".into()));
        assert_eq!(beginning(" * \" "), None);
    }
}
