use unicode_linebreak::linebreaks;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// How many columns a text takes; an East Asian character takes two.
pub(super) fn columns(text: &str) -> usize {
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// Breaks a paragraph into lines of at most `width` columns, where Unicode (UAX #14) allows a break, inside a word only when the word
/// alone is wider than the line. Spaces at a break go, nothing else does.
pub(super) fn wrap(paragraph: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for part in parts(paragraph) {
        if fits(&line, part, width) {
            line.push_str(part);
            continue;
        }
        close(&mut line, &mut lines);
        if fits("", part, width) {
            line.push_str(part);
            continue;
        }
        for piece in pieces(part, width) {
            if !fits(&line, piece, width) {
                close(&mut line, &mut lines);
            }
            line.push_str(piece);
        }
    }
    lines.push(line.trim_end_matches(' ').to_owned());
    lines
}

fn close(line: &mut String, lines: &mut Vec<String>) {
    let text = line.trim_end_matches(' ');
    if !text.is_empty() {
        lines.push(text.to_owned());
    }
    line.clear();
}

fn fits(line: &str, part: &str, width: usize) -> bool {
    columns(format!("{line}{part}").trim_end_matches(' ')) <= width
}

/// The paragraph cut at every place where a line may end.
fn parts(paragraph: &str) -> Vec<&str> {
    let mut from = 0;
    let mut parts = Vec::new();
    if paragraph.is_empty() {
        return parts;
    }
    for (to, _) in linebreaks(paragraph) {
        parts.push(&paragraph[from..to]);
        from = to;
    }
    parts
}

/// A word cut into what a reader sees as one character; one that is still too wide, into code points.
fn pieces(word: &str, width: usize) -> Vec<&str> {
    word.graphemes(true)
        .flat_map(|grapheme| {
            if grapheme.width() <= width {
                return vec![grapheme];
            }
            grapheme.char_indices().map(|(at, c)| &grapheme[at..at + c.len_utf8()]).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_breaks_between_words() {
        assert_eq!(wrap("Whole wheat bread, sliced", 12), ["Whole wheat", "bread,", "sliced"]);
        assert_eq!(wrap("exactly ten", 11), ["exactly ten"]);
        assert_eq!(wrap("", 12), [""]);
        assert_eq!(wrap("   ", 12), [""]);
    }

    #[test]
    fn an_indent_stays_and_a_space_at_a_break_goes() {
        assert_eq!(wrap("  2 x 1.50", 12), ["  2 x 1.50"]);
        assert_eq!(wrap("one   two", 4), ["one", "two"]);
    }

    #[test]
    fn a_word_wider_than_the_paper_is_broken_inside() {
        assert_eq!(wrap("Donaudampfschifffahrt", 8), ["Donaudam", "pfschiff", "fahrt"]);
        assert_eq!(wrap("a Donaudampfschifffahrt", 8), ["a", "Donaudam", "pfschiff", "fahrt"]);
    }

    #[test]
    fn chinese_breaks_between_characters_of_two_columns() {
        assert_eq!(wrap("有机绿茶礼盒装", 8), ["有机绿茶", "礼盒装"]);
    }

    #[test]
    fn an_accent_stays_with_its_letter() {
        assert_eq!(wrap("x\u{323}y\u{323}z\u{323}", 2), ["x\u{323}y\u{323}", "z\u{323}"]);
    }
}
