use duka_api::print::Direction::{LeftToRight, RightToLeft};
use duka_api::print::{Block, Document, Style};

use super::super::PaperWidth;
use super::super::layout::{Row, lay_out};
use super::*;

const DOTS: usize = 384;

fn line(start: &str, end: &str) -> Line {
    line_in(LeftToRight, start, end)
}

/// A line as the layout makes it.
fn line_in(direction: Direction, start: &str, end: &str) -> Line {
    let block = Block::Columns { start: start.into(), end: end.into(), style: Style::default() };
    let rows = lay_out(&Document { blocks: vec![block], direction, kick_drawer: false }, PaperWidth::Mm58);
    let [Row::Line(line)] = &rows[..] else { panic!("{rows:?}") };
    line.clone()
}

fn columns_of_ink(bitmap: &Bitmap) -> (usize, usize) {
    let columns: Vec<_> = bitmap.black().map(|(x, _)| x).collect();
    (*columns.iter().min().unwrap(), *columns.iter().max().unwrap())
}

/// What stands in the columns of dots from one to before another.
fn part(bitmap: &Bitmap, columns: std::ops::Range<usize>) -> Vec<(usize, usize)> {
    bitmap.black().filter(|(x, _)| columns.contains(x)).collect()
}

#[test]
fn a_line_starts_at_the_documents_side_and_its_amount_stands_at_the_other() {
    let mut typesetter = Typesetter::shared();
    let half = DOTS / 2;
    for name in ["شاي", "תה", "Чай", "茶", "\u{202E}أحمد\u{202C}", "\u{202E}Чай", "\u{200F}Чай", "شاي 12"] {
        for (direction, amount_at) in [(LeftToRight, half..DOTS), (RightToLeft, 0..half)] {
            let (left, right) = columns_of_ink(&typesetter.line(&line_in(direction, name, "£1.00"), DOTS));
            assert!(left < 8 && right > DOTS - 8, "{name} {direction:?}: {left} to {right}");
            // The amount's dots are the same beside every name.
            let amount =
                |typesetter: &mut Typesetter, name| part(&typesetter.line(&line_in(direction, name, "£1.00"), DOTS), amount_at.clone());
            assert_eq!(amount(&mut typesetter, name).len(), amount(&mut typesetter, "Ч").len(), "{name} {direction:?}");
            let (left, right) = columns_of_ink(&typesetter.line(&line_in(direction, name, ""), DOTS));
            let at_start = if direction == LeftToRight { left < 8 && right < half } else { left > half && right > DOTS - 8 };
            assert!(at_start, "{name} {direction:?} alone: {left} to {right}");
        }
    }
}

#[test]
fn an_indent_stands_at_the_side_where_the_line_starts() {
    let mut typesetter = Typesetter::shared();
    for name in ["  خصم", "  Скидка"] {
        let (left, _) = columns_of_ink(&typesetter.line(&line_in(LeftToRight, name, ""), DOTS));
        let (_, right) = columns_of_ink(&typesetter.line(&line_in(RightToLeft, name, ""), DOTS));
        let indent = 2 * CELL_WIDTH;
        assert!((indent..indent + 8).contains(&left) && (DOTS - indent - 8..DOTS - indent).contains(&right), "{name}: {left}, {right}");
    }
}

#[test]
fn a_long_name_is_whole_at_either_side_of_the_paper() {
    let mut typesetter = Typesetter::shared();
    for name in ["شاي أخضر Lipton Green Tea, 100", "हरी चाय और इलायची क्षत्रिय", "Щётка для мытья посуды", "תה ירוק 100 שקיות של עלים"]
    {
        for direction in [LeftToRight, RightToLeft] {
            let line = line_in(direction, name, "");
            let middle = Line { style: Style { align: Place::Centre, ..line.style }, ..line.clone() };
            assert_eq!(typesetter.line(&line, DOTS).ink(), typesetter.line(&middle, DOTS).ink(), "{name} {direction:?}");
        }
    }
}

#[test]
fn letters_wider_than_their_columns_are_made_smaller_and_stay_on_the_paper() {
    let wide = "Щ".repeat(32);
    let bitmap = Typesetter::shared().line(&line(&wide, ""), DOTS);
    let (_, right) = columns_of_ink(&bitmap);
    let gaps = (0..DOTS).filter(|x| (0..bitmap.height()).all(|y| !bitmap.is_black(*x, y))).count();
    assert!(right < DOTS && gaps >= 31, "the last letter ends at {right}, {gaps} white columns");
}

#[test]
fn large_is_twice_as_high_and_strong_has_more_ink() {
    let mut typesetter = Typesetter::shared();
    let usual = typesetter.line(&line("Чай", ""), DOTS);
    let styled = |large, strong| Line { style: Style { large, strong, ..Style::default() }, ..line("Чай", "") };
    let large = typesetter.line(&styled(true, false), DOTS);
    assert_eq!((usual.height(), large.height()), (LINE_HEIGHT, LINE_HEIGHT * 2));
    assert!(typesetter.line(&styled(false, true), DOTS).ink() > usual.ink());
}

#[test]
fn a_character_that_no_font_has_is_a_box_and_never_nothing() {
    // A private-use character: no font is expected to have it.
    let with = Typesetter::shared().line(&line("\u{10FFFD}", ""), DOTS);
    assert!(with.ink() > 50, "{with:?}");
}

#[test]
fn a_machine_without_fonts_prints_a_box_for_each_letter() {
    let fonts = FontSystem::new_with_locale_and_db("en".into(), cosmic_text::fontdb::Database::new());
    let mut typesetter = Typesetter::new(fonts);
    let one = typesetter.line(&line("茶", ""), DOTS).ink();
    assert!(one > 50);
    assert_eq!(typesetter.line(&line("茶 茶\u{200D}", "茶"), DOTS).ink(), 3 * one);
}

#[test]
fn marks_far_above_and_below_a_line_are_not_cut() {
    let mut canvas = Canvas::new(DOTS, 1, 0);
    canvas.blacken(5, -30);
    canvas.blacken(5, 20);
    let line = canvas.into_line();
    assert_eq!((line.ink(), line.height()), (2, 51));
    assert_eq!(Canvas::new(DOTS, 1, 0).into_line().height(), LINE_HEIGHT);
}
