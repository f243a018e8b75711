//! Draws a piece of paper as a person would see it.

use std::io::Cursor;

use image::{GrayImage, ImageError, ImageFormat, Luma};

use super::command::Justify;
use super::receipt::{PaperRow, SimReceipt, TextRow};
use crate::printer::bitmap::Bitmap;
use crate::printer::paper::{CELL_HEIGHT, CELL_WIDTH, LINE_HEIGHT};
use crate::printer::typeset::Typesetter;

/// The unprinted edge around, in dots.
const EDGE: usize = 24;

pub(super) fn png(receipt: &SimReceipt) -> Result<Vec<u8>, ImageError> {
    let dots = receipt.width.dots();
    let height: usize = receipt.rows.iter().map(row_height).sum();
    let mut paper = Bitmap::new(dots + 2 * EDGE, height + 2 * EDGE);
    let mut top = EDGE;
    for row in &receipt.rows {
        match row {
            PaperRow::Text(text) => draw_text(text, dots, top, &mut paper),
            PaperRow::Feed(_) => {}
            PaperRow::Image { image, justify } | PaperRow::Qr { image, justify, .. } => {
                paper.stamp(image, (EDGE + indent(*justify, dots, image.width()), top), 1, 1);
            }
        }
        top += row_height(row);
    }
    encode(&paper)
}

fn row_height(row: &PaperRow) -> usize {
    match row {
        PaperRow::Text(text) => LINE_HEIGHT.max(CELL_HEIGHT * tallest(text)),
        PaperRow::Feed(dots) => *dots,
        PaperRow::Image { image, .. } | PaperRow::Qr { image, .. } => image.height(),
    }
}

fn tallest(text: &TextRow) -> usize {
    text.letters.iter().map(|letter| letter.size.1).max().unwrap_or(1)
}

fn indent(justify: Justify, dots: usize, width: usize) -> usize {
    let free = dots.saturating_sub(width);
    match justify {
        Justify::Left => 0,
        Justify::Centre => free / 2,
        Justify::Right => free,
    }
}

fn draw_text(text: &TextRow, dots: usize, top: usize, paper: &mut Bitmap) {
    let mut left = EDGE + indent(text.justify, dots, text.columns() * CELL_WIDTH);
    let mut typesetter = Typesetter::shared();
    for letter in &text.letters {
        let (across, down) = letter.size;
        let cell = typesetter.cell(letter.c);
        let top = top + CELL_HEIGHT * (tallest(text) - down);
        for shift in 0..=usize::from(letter.bold) {
            paper.stamp(&cell, (left + shift, top), across, down);
        }
        left += CELL_WIDTH * across;
    }
}

fn encode(paper: &Bitmap) -> Result<Vec<u8>, ImageError> {
    let size = |dots| u32::try_from(dots).unwrap_or(u32::MAX);
    let place = |at| usize::try_from(at).unwrap_or(usize::MAX);
    let picture = GrayImage::from_fn(size(paper.width()), size(paper.height()), |x, y| {
        Luma([if paper.is_black(place(x), place(y)) { 0 } else { 255 }])
    });
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png)?;
    Ok(png.into_inner())
}
