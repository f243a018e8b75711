use proptest::prelude::*;

use super::*;

fn plain(blocks: Vec<Block>, width: PaperWidth) -> String {
    let rows = lay_out(&Document { blocks, kick_drawer: false }, width);
    rows.iter().map(|row| picture(row, width) + "\n").collect()
}

/// A row as it would stand in a text file as wide as the paper.
fn picture(row: &Row, width: PaperWidth) -> String {
    match row {
        Row::Line(line) => {
            let gap = width.columns() / scale(line.style) - columns(&line.start) - columns(&line.end);
            let gap = if line.end.is_empty() { 0 } else { gap };
            format!("{}{}{}", line.start, " ".repeat(gap), line.end)
        }
        Row::Rule => "-".repeat(width.columns()),
        Row::Feed(lines) => format!("({lines} lines)"),
        Row::Qr(data) => format!("(qr {data})"),
    }
}

fn item(start: &str, end: &str) -> Block {
    Block::Columns { start: start.into(), end: end.into(), style: Style::default() }
}

fn receipt() -> Vec<Block> {
    let large = Style { large: true, strong: true, align: Align::Centre };
    vec![
        Block::Text { text: "Duka la Mama Asha Wholesale and Retail".into(), style: large },
        Block::Rule,
        item("Whole wheat bread, sliced, 400 g", "£1.35"),
        item("Tea", "€12.00"),
        item("2 x Basmati rice, long grain, aged two years, 5 kg sack", "TZS 1,234,567.00"),
        item("Discount that the manager gave for a customer of many years", "-TZS 1,234,567,890.00"),
        Block::Rule,
        Block::Columns { start: "Total".into(), end: "£13.35".into(), style: large },
        Block::Columns { start: "Paid".into(), end: "TZS 1,234,567,890.00".into(), style: large },
        Block::Feed { lines: 2 },
        Block::Qr { data: "duka:1".into() },
    ]
}

#[test]
fn a_receipt_on_58_mm_has_its_amounts_at_the_right_edge() {
    insta::assert_snapshot!(plain(receipt(), PaperWidth::Mm58));
}

#[test]
fn a_receipt_on_80_mm_has_its_amounts_at_the_right_edge() {
    insta::assert_snapshot!(plain(receipt(), PaperWidth::Mm80));
}

#[test]
fn large_letters_have_half_the_columns() {
    let style = Style { large: true, ..Style::default() };
    let text = "0123456789abcdef0".to_owned();
    assert_eq!(plain(vec![Block::Text { text: text.clone(), style }], PaperWidth::Mm58), "0123456789abcdef\n0\n");
    assert_eq!(plain(vec![Block::Text { text, style }], PaperWidth::Mm80), "0123456789abcdef0\n");
}

#[test]
fn an_amount_too_long_for_large_letters_makes_its_line_small_instead_of_being_cut() {
    let style = Style { large: true, ..Style::default() };
    let block = Block::Columns { start: "Total".into(), end: "TZS 1,234,567,890".into(), style };
    let rows = lay_out(&Document { blocks: vec![block], kick_drawer: false }, PaperWidth::Mm58);
    assert!(matches!(&rows[..], [Row::Line(line)] if !line.style.large && line.end == "TZS 1,234,567,890"));
}

#[test]
fn a_text_that_begins_in_arabic_starts_at_the_right_on_all_its_lines() {
    let text = "شاي أخضر Lipton Green Tea, 100 bags of two grams each";
    let lines = text_lines(text, Style::default(), 24);
    assert!(lines.len() > 1 && lines.iter().all(|line| line.right_to_left), "{lines:?}");
    let [mixed] = &text_lines("Tea شاي", Style::default(), 24)[..] else { panic!() };
    assert!(!mixed.right_to_left);
}

#[test]
fn a_blank_paragraph_is_a_blank_line() {
    assert_eq!(plain(vec![Block::Text { text: "a\n\nb".into(), style: Style::default() }], PaperWidth::Mm58), "a\n\nb\n");
}

fn without_spaces(text: &str) -> String {
    text.chars().filter(|c| *c != ' ').collect()
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-zA-Z0-9 .,€£]{0,80}", "[ء-ي ]{0,60}", "[一-龥]{0,60}", "[\u{915}\u{94d}]{0,120}"]
}

proptest! {
    #[test]
    fn no_line_is_wider_than_the_paper_and_only_spaces_get_lost(
        start in any_text(), end in any_text(), large: bool, strong: bool, narrow: bool, columns: bool,
    ) {
        let width = if narrow { PaperWidth::Mm58 } else { PaperWidth::Mm80 };
        let style = Style { large, strong, align: Align::Start };
        let end = if columns { end } else { String::new() };
        let block = if columns {
            Block::Columns { start: start.clone(), end: end.clone(), style }
        } else {
            Block::Text { text: start.clone(), style }
        };
        let rows = lay_out(&Document { blocks: vec![block], kick_drawer: false }, width);
        let (mut starts, mut ends) = (String::new(), String::new());
        for row in &rows {
            let Row::Line(line) = row else { panic!("{row:?}") };
            prop_assert!(line.columns() <= width.columns(), "{} columns in {line:?}", line.columns());
            starts.push_str(&line.start);
            ends.push_str(&line.end);
        }
        prop_assert_eq!(without_spaces(&starts), without_spaces(&paragraphs(&start).concat()));
        prop_assert_eq!(without_spaces(&ends), without_spaces(&one_line(&end)));
    }
}
