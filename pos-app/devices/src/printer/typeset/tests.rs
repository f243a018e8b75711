use duka_api::print::Style;

use super::*;

const DOTS: usize = 384;

fn line(start: &str, end: &str, right_to_left: bool) -> Line {
    Line { start: start.into(), end: end.into(), style: Style::default(), right_to_left }
}

fn columns_of_ink(bitmap: &Bitmap) -> (usize, usize) {
    let columns: Vec<_> = bitmap.black().map(|(x, _)| x).collect();
    (*columns.iter().min().unwrap(), *columns.iter().max().unwrap())
}

#[test]
fn a_right_to_left_line_stands_at_the_right_and_its_amount_at_the_left() {
    let mut typesetter = Typesetter::shared();
    let (left, right) = columns_of_ink(&typesetter.line(&line("شاي", "", true), DOTS));
    assert!(left > DOTS / 2 && right > DOTS - 8, "{left} to {right}");
    let (left, right) = columns_of_ink(&typesetter.line(&line("شاي", "5", true), DOTS));
    assert!(left < 8 && right > DOTS - 8, "{left} to {right}");
    let (left, _) = columns_of_ink(&typesetter.line(&line("Чай", "", false), DOTS));
    assert!(left < 8, "{left}");
}

#[test]
fn letters_wider_than_their_columns_are_made_smaller_and_stay_on_the_paper() {
    let wide = "Щ".repeat(32);
    let bitmap = Typesetter::shared().line(&line(&wide, "", false), DOTS);
    let (_, right) = columns_of_ink(&bitmap);
    let gaps = (0..DOTS).filter(|x| (0..bitmap.height()).all(|y| !bitmap.is_black(*x, y))).count();
    assert!(right < DOTS && gaps >= 31, "the last letter ends at {right}, {gaps} white columns");
}

#[test]
fn large_is_twice_as_high_and_strong_has_more_ink() {
    let mut typesetter = Typesetter::shared();
    let usual = typesetter.line(&line("Чай", "", false), DOTS);
    let styled = |large, strong| Line { style: Style { large, strong, ..Style::default() }, ..line("Чай", "", false) };
    let large = typesetter.line(&styled(true, false), DOTS);
    assert_eq!((usual.height(), large.height()), (LINE_HEIGHT, LINE_HEIGHT * 2));
    assert!(typesetter.line(&styled(false, true), DOTS).ink() > usual.ink());
}

#[test]
fn a_character_that_no_font_has_is_a_box_and_never_nothing() {
    // A private-use character: no font is expected to have it.
    let with = Typesetter::shared().line(&line("\u{10FFFD}", "", false), DOTS);
    assert!(with.ink() > 50, "{with:?}");
}

#[test]
fn a_machine_without_fonts_prints_a_box_for_each_letter() {
    let fonts = FontSystem::new_with_locale_and_db("en".into(), cosmic_text::fontdb::Database::new());
    let mut typesetter = Typesetter::new(fonts);
    let one = typesetter.line(&line("茶", "", false), DOTS).ink();
    assert!(one > 50);
    assert_eq!(typesetter.line(&line("茶 茶\u{200D}", "茶", false), DOTS).ink(), 3 * one);
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
