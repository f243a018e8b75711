use duka_api::print::Block;

use super::*;
use crate::simulator::decode;

fn text(text: &str) -> Block {
    Block::Text { text: text.into(), style: Style::default() }
}

fn printed(blocks: Vec<Block>) -> crate::simulator::SimReceipt {
    let bytes = render(&Document { blocks, ..Document::default() }, PaperWidth::Mm58).unwrap();
    let [receipt] = &decode(&bytes, PaperWidth::Mm58)[..] else { panic!("one document is one receipt") };
    assert_eq!(receipt.problems, Vec::<String>::new());
    receipt.clone()
}

#[test]
fn a_line_in_the_code_page_goes_as_text_and_reads_back() {
    for latin in ["Chai ya tangawizi", "£1.35 €12.00", "Café crème – “5 œufs”", "Ñandú Ærø Šárka ½ Preis", "\u{1F}Tab\tbed"]
    {
        let receipt = printed(vec![text(latin)]);
        let clean: String = latin.replace('\t', " ").chars().filter(|c| !c.is_control()).collect();
        assert_eq!(receipt.text(), format!("{clean}\n"));
    }
}

#[test]
fn a_line_outside_the_code_page_goes_as_an_image_with_ink_on_it() {
    for other in ["شاي أخضر", "有机绿茶", "ชาเขียว", "Зелёный чай", "हरी चाय", "\u{202E}أحمد\u{202C}", "Tea 🍵", "Łódź", "₹ 5"]
    {
        let receipt = printed(vec![text(other)]);
        let [image] = receipt.images()[..] else { panic!("{other}: {}", receipt.text()) };
        assert_eq!(image.width(), PaperWidth::Mm58.dots());
        assert!(image.ink() > 100, "{other}: {image:?}");
        assert_eq!(receipt.text(), format!("[image {}x{}]\n", image.width(), image.height()));
    }
}

#[test]
fn a_direction_override_prints_what_the_letters_alone_print() {
    assert_eq!(printed(vec![text("\u{202E}أحمد 123")]).images(), printed(vec![text("أحمد 123")]).images());
    assert_eq!(printed(vec![text("\u{202E}Total 5.00")]).text(), "Total 5.00\n");
}

#[test]
fn a_latin_line_of_a_right_to_left_receipt_is_text_with_its_amount_at_the_left() {
    let item = |start: &str, end: &str| Block::Columns { start: start.into(), end: end.into(), style: Style::default() };
    let blocks = vec![item("Tea", "£1.35"), item("  Discount", "-£0.50"), item("شاي", "£1.35"), text("Reason: cold")];
    let bytes = render(&Document { blocks, direction: Direction::RightToLeft, kick_drawer: false }, PaperWidth::Mm58).unwrap();
    let [receipt] = &decode(&bytes, PaperWidth::Mm58)[..] else { panic!() };
    let paper = receipt.text();
    let lines: Vec<_> = paper.lines().collect();
    assert_eq!(lines[0], "£1.35                        Tea");
    assert_eq!(lines[1], "-£0.50                Discount");
    assert!(lines[2].starts_with("[image"));
    assert_eq!(lines[3], "                    Reason: cold");
}

#[test]
fn only_the_lines_that_need_it_are_images() {
    let receipt = printed(vec![text("Duka"), text("茶"), text("£5")]);
    let kinds: Vec<_> = receipt.text().lines().map(|line| line.starts_with("[image")).collect();
    assert_eq!(kinds, [false, true, false]);
}

#[test]
fn the_drawer_opens_before_anything_is_printed_and_the_cut_comes_last() {
    let document = Document { blocks: vec![text("Duka")], kick_drawer: true, ..Document::default() };
    let bytes = render(&document, PaperWidth::Mm80).unwrap();
    let at = |wanted: &[u8]| bytes.windows(wanted.len()).position(|window| window == wanted).unwrap();
    assert!(at(KICK_DRAWER) < at(b"Duka"));
    assert!(bytes.ends_with(&[0x1D, b'V', 65, 0]));
}

#[test]
fn opening_the_drawer_alone_uses_no_paper() {
    let bytes = render(&Document { blocks: vec![], kick_drawer: true, ..Document::default() }, PaperWidth::Mm80).unwrap();
    let [nothing] = &decode(&bytes, PaperWidth::Mm80)[..] else { panic!() };
    assert_eq!((nothing.drawer_kicks, nothing.cut, nothing.text().as_str()), (1, false, ""));
}

#[test]
fn a_qr_code_reads_back_on_both_widths_up_to_its_longest() {
    for width in [PaperWidth::Mm58, PaperWidth::Mm80] {
        for data in ["duka:r:1", &"k".repeat(QR_LIMIT)] {
            let block = Block::Qr { data: data.into() };
            let bytes = render(&Document { blocks: vec![block], ..Document::default() }, width).unwrap();
            let [receipt] = &decode(&bytes, width)[..] else { panic!() };
            assert_eq!(receipt.problems, Vec::<String>::new());
            assert_eq!(receipt.qr_codes(), [data.as_bytes()]);
        }
    }
}

#[test]
fn a_qr_code_that_cannot_be_printed_is_refused() {
    let qr = |data: String| render(&Document { blocks: vec![Block::Qr { data }], ..Document::default() }, PaperWidth::Mm80);
    assert_eq!(qr("k".repeat(701)), Err(RenderError::QrTooLong { bytes: 701 }));
    assert_eq!(qr(String::new()), Err(RenderError::QrEmpty));
}

#[test]
fn an_image_spells_no_real_time_command() {
    assert_eq!(without_real_time_commands(&[0x10, 0x04, 0x10, 0x10, 0x14, 0x10]), [0x18, 0x04, 0x10, 0x18, 0x14, 0x10]);
}
