//! What stands on which line, before any printer is involved: a pure function of the document and the width of the paper.

use duka_api::print::{Align, Block, Direction, Document, Style};
use unicode_bidi::get_base_direction;

use super::PaperWidth;
use super::clean::{one_line, paragraphs};
use super::wrap::{columns, wrap};

/// One row of a document on paper of a known width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// One line of text.
    Line(Line),
    /// A line across the paper.
    Rule,
    /// So many empty lines.
    Feed(u8),
    /// A QR code in the middle.
    Qr(String),
}

/// One line of text: no control characters, no wider than the paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What stands at its start.
    pub start: String,
    /// What stands at its end; empty when it is not in columns.
    pub end: String,
    /// How it looks.
    pub style: Style,
    /// At which side of the paper it starts: the document's, whatever it says.
    pub direction: Direction,
    /// Which way the words of its start follow each other: that of the paragraph they are from, for they are kept apart from the rest of
    /// the line and turn nothing around but themselves.
    pub reads: Direction,
}

impl Line {
    /// How many columns of the paper it takes, with the space between its start and its end.
    pub fn columns(&self) -> usize {
        let gap = usize::from(!self.start.is_empty() && !self.end.is_empty());
        (columns(&self.start) + gap + columns(&self.end)) * scale(self.style)
    }

    /// How many columns its start stands in from the side of the paper, whichever way its words run.
    pub(super) fn indent(&self) -> usize {
        self.start.len() - self.words().len()
    }

    /// What its start says, without the indent.
    pub(super) fn words(&self) -> &str {
        self.start.trim_start_matches(' ')
    }

    /// Which way its end reads. An amount reads from left to right with its sign first, also where its currency is written in Arabic.
    pub(super) fn end_reads(&self) -> Direction {
        let first: String = self.end.chars().take(1).collect();
        reading(&first, Direction::LeftToRight)
    }
}

/// Lays a document out: words wrapped, amounts at the end of their lines, nothing wider than the paper and nothing lost but the spaces
/// at which a line is broken.
pub fn lay_out(document: &Document, width: PaperWidth) -> Vec<Row> {
    document.blocks.iter().flat_map(|block| lay_out_block(block, document.direction, width.columns())).collect()
}

fn lay_out_block(block: &Block, direction: Direction, width: usize) -> Vec<Row> {
    match block {
        Block::Text { text, style } => text_lines(text, *style, direction, width / scale(*style)).into_iter().map(Row::Line).collect(),
        Block::Columns { start, end, style } => column_lines(start, end, *style, direction, width).into_iter().map(Row::Line).collect(),
        Block::Rule => vec![Row::Rule],
        Block::Feed { lines } => vec![Row::Feed(*lines)],
        Block::Qr { data } => vec![Row::Qr(data.clone())],
    }
}

/// Lines of at most `width` letters of their own size.
fn text_lines(text: &str, style: Style, direction: Direction, width: usize) -> Vec<Line> {
    paragraphs(text)
        .iter()
        .flat_map(|paragraph| {
            let reads = reading(paragraph, direction);
            let lines = wrap(paragraph, width);
            lines.into_iter().map(move |start| Line { start, end: String::new(), style, direction, reads })
        })
        .collect()
}

fn column_lines(start: &str, end: &str, style: Style, direction: Direction, width: usize) -> Vec<Line> {
    let end = one_line(end);
    // An amount is never cut: when it is too long for large letters, the line is printed in small ones.
    let style = Style { large: style.large && columns(&end) <= width / 2, align: Align::Start, ..style };
    let width = width / scale(style);

    let mut lines = text_lines(start, style, direction, room_for_start(start, &end, width));
    for line in &mut lines {
        line.style = style;
    }
    if end.is_empty() {
        return lines;
    }
    if let Some(last) = lines.last_mut().filter(|last| has_room(last, &end, width)) {
        last.end = end;
        return lines;
    }
    // Even alone it may be wider than the paper: then it takes several lines rather than lose a digit.
    lines.extend(wrap(&end, width).into_iter().map(|end| Line { start: String::new(), end, style, direction, reads: direction }));
    lines
}

/// How wide the text before an amount may be: a column of its own when that leaves it half the paper, else the whole.
fn room_for_start(start: &str, end: &str, width: usize) -> usize {
    let beside = width.saturating_sub(columns(end) + 1);
    let alone = paragraphs(start).iter().all(|paragraph| columns(paragraph) <= beside);
    if end.is_empty() || !(alone || beside >= width / 2) { width } else { beside }
}

fn has_room(line: &Line, end: &str, width: usize) -> bool {
    if line.start.is_empty() {
        return columns(end) <= width;
    }
    columns(&line.start) + 1 + columns(end) <= width
}

fn scale(style: Style) -> usize {
    if style.large { 2 } else { 1 }
}

/// Which way a text reads by its first letter; `otherwise` if it has none.
fn reading(text: &str, otherwise: Direction) -> Direction {
    match get_base_direction(text) {
        unicode_bidi::Direction::Ltr => Direction::LeftToRight,
        unicode_bidi::Direction::Rtl => Direction::RightToLeft,
        unicode_bidi::Direction::Mixed => otherwise,
    }
}

#[cfg(test)]
mod tests;
