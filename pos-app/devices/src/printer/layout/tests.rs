use proptest::prelude::*;

use super::*;

fn plain(blocks: Vec<Block>, width: PaperWidth) -> String {
    plain_in(Direction::LeftToRight, blocks, width)
}

fn plain_in(direction: Direction, blocks: Vec<Block>, width: PaperWidth) -> String {
    let rows = lay_out(&Document { blocks, direction, kick_drawer: false }, width);
    rows.iter().map(|row| picture(row, width) + "\n").collect()
}

/// A row as it would stand in a text file as wide as the paper; words that run from right to left have a `<` at their end.
fn picture(row: &Row, width: PaperWidth) -> String {
    match row {
        Row::Line(line) => {
            let gap = width.columns() / scale(line.style) - columns(&line.start) - columns(&line.end);
            let words = if line.reads == Direction::RightToLeft { "<" } else { "" };
            let indent = " ".repeat(line.indent());
            let (left, right) = match line.direction {
                Direction::LeftToRight => (format!("{indent}{}{words}", line.words()), line.end.clone()),
                Direction::RightToLeft => (line.end.clone(), format!("{words}{}{indent}", line.words())),
            };
            format!("{left}{}{right}", " ".repeat(gap - words.len().min(gap))).trim_end().to_owned()
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
    let rows = lay_out(&Document { blocks: vec![block], ..Document::default() }, PaperWidth::Mm58);
    assert!(matches!(&rows[..], [Row::Line(line)] if !line.style.large && line.end == "TZS 1,234,567,890"));
}

/// Names that try to move the amounts beside them.
fn names() -> Vec<Block> {
    let text = |text: &str| Block::Text { text: text.into(), style: Style::default() };
    vec![
        item("Whole wheat bread, sliced, 400 g", "£1.35"),
        item("شاي أخضر بالنعناع المغربي 250 غرام", "£12.00"),
        item("תה ירוק 100 שקיות", "£2.10"),
        item("\u{202E}أحمد\u{202C} 12.99", "£1.00"),
        item("\u{202E}\u{2067}Tea", "£1.00"),
        item("\u{200F}Tea", "£1.00"),
        item("شاي Lipton", "-£0.50"),
        text("شاي أخضر Lipton Green Tea, 100 bags of two grams each"),
        item("  2 × £1.00", "£2.00"),
        item("  Discount", "-£0.50"),
        item("  خصم", "-£0.50"),
        Block::Rule,
        item("Total", "£19.45"),
        item("المجموع", "1.500 د.ك"),
    ]
}

#[test]
fn amounts_keep_their_column_whatever_script_a_name_is_in() {
    for (direction, name) in [(Direction::LeftToRight, "left_to_right"), (Direction::RightToLeft, "right_to_left")] {
        for width in [PaperWidth::Mm58, PaperWidth::Mm80] {
            let all = lay_out(&Document { blocks: names(), direction, kick_drawer: false }, width);
            let lines = || all.iter().filter_map(|row| if let Row::Line(line) = row { Some(line) } else { None });
            assert!(lines().all(|line| line.direction == direction));
            assert_eq!(lines().filter(|line| !line.end.is_empty()).count(), 12);
            insta::assert_snapshot!(format!("{name}_{width:?}"), plain_in(direction, names(), width));
        }
    }
}

#[test]
fn a_paragraph_reads_one_way_on_all_its_lines() {
    let text = "شاي أخضر Lipton Green Tea, 100 bags of two grams each";
    for direction in [Direction::LeftToRight, Direction::RightToLeft] {
        let lines = text_lines(text, Style::default(), direction, 24);
        assert!(lines.len() > 1 && lines.iter().all(|line| line.reads == Direction::RightToLeft), "{lines:?}");
        let [mixed] = &text_lines("Tea شاي", Style::default(), direction, 24)[..] else { panic!() };
        assert_eq!(mixed.reads, Direction::LeftToRight);
        let [number] = &text_lines("2 × 1.00", Style::default(), direction, 24)[..] else { panic!() };
        assert_eq!(number.reads, direction);
    }
}

#[test]
fn an_amount_reads_from_left_to_right_and_a_name_at_the_end_as_it_is_written() {
    let reads = |end: &str| {
        let line = column_lines("x", end, Style::default(), Direction::RightToLeft, 32).pop().unwrap();
        line.end_reads()
    };
    for amount in ["£1.00", "-£1.00", "-د.ك1.500", "1.500 د.ك", "2025-01-31 12:00"] {
        assert_eq!(reads(amount), Direction::LeftToRight, "{amount}");
    }
    assert_eq!((reads("أحمد (2)"), reads("Ahmed")), (Direction::RightToLeft, Direction::LeftToRight));
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
        let rows = lay_out(&Document { blocks: vec![block], ..Document::default() }, width);
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
