use unicode_normalization::UnicodeNormalization;

/// Splits a text into paragraphs of characters that belong on paper.
///
/// Control characters go: a name must not be able to command the printer. So do the explicit direction controls (U+202A to U+202E and
/// U+2066 to U+2069): one that is never closed would turn the rest of the line around. What the letters themselves say about direction
/// is enough. Composed characters (NFC) find themselves in the code page more often.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    text.split(is_break).map(|paragraph| paragraph.chars().filter_map(printable).nfc().collect()).collect()
}

/// The same on one line, for what never wraps.
pub(super) fn one_line(text: &str) -> String {
    paragraphs(text).join(" ").trim_matches(' ').to_owned()
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn printable(c: char) -> Option<char> {
    match c {
        '\t' => Some(' '),
        // A soft hyphen shows only where a line is broken at it, which no break here does.
        '\u{AD}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{206A}'..='\u{206F}' => None,
        c if c.is_control() => None,
        c => Some(c),
    }
}

/// Whether a character has no shape of its own: joiners, direction marks, variation selectors and the like.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{200B}'..='\u{200F}' | '\u{061C}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_override_that_is_never_closed_turns_nothing_around() {
        assert_eq!(one_line("\u{202E}أحمد\u{202C} Total 5"), "أحمد Total 5");
        assert_eq!(one_line("\u{202E}gnp.exe"), "gnp.exe");
    }

    #[test]
    fn a_name_cannot_command_the_printer() {
        assert_eq!(one_line("Tea\u{1b}p\u{0}\u{19}\u{fa}\u{1d}V\u{0}"), "Teapú V".replace(' ', ""));
    }

    #[test]
    fn every_kind_of_line_break_starts_a_paragraph() {
        assert_eq!(paragraphs("a\nb\r\nc\u{2028}d\re"), ["a", "b", "c", "d", "e"]);
    }

    #[test]
    fn letters_are_composed() {
        assert_eq!(one_line("cafe\u{301}"), "café");
    }
}
