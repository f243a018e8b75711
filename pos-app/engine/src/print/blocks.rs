//! The parts that papers are put together from.

use duka_api::print::{Align, Block, Document, Style};
use duka_core::{Money, MoneyError};

pub(crate) const PLAIN: Style = Style { align: Align::Start, strong: false, large: false };
pub(crate) const STRONG: Style = Style { align: Align::Start, strong: true, large: false };
pub(crate) const CENTRE: Style = Style { align: Align::Centre, strong: false, large: false };
pub(crate) const TITLE: Style = Style { align: Align::Centre, strong: true, large: true };
pub(crate) const LARGE: Style = Style { align: Align::Start, strong: true, large: true };

/// Begins the first line below the title of every paper that has no number of its own there.
pub(crate) const REGISTER: &str = "Register";

pub(crate) fn text(text: impl Into<String>, style: Style) -> Block {
    Block::Text { text: text.into(), style }
}

pub(crate) fn columns(start: impl Into<String>, end: impl Into<String>, style: Style) -> Block {
    Block::Columns { start: start.into(), end: end.into(), style }
}

pub(crate) fn shown(amount: Result<Money, MoneyError>) -> String {
    amount.map_or_else(|_| "?".to_owned(), |amount| amount.to_string())
}

/// What a paper is told by, as it stands below the shop's name: `A1-000012`, `COPY A1-000012`, `Z report 0007`.
pub(crate) fn heading(document: &Document) -> String {
    let mut words: Vec<&str> = Vec::new();
    for block in document.blocks.iter().skip(1) {
        match block {
            Block::Text { text, .. } => words.push(text),
            Block::Columns { start, .. } if start != REGISTER => {
                words.push(start);
                break;
            }
            Block::Columns { .. } | Block::Rule | Block::Feed { .. } | Block::Qr { .. } => break,
        }
    }
    words.join(" ")
}
