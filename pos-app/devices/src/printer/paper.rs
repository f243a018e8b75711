/// How wide the paper is, and so how much stands on a line at 203 dots per inch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum PaperWidth {
    /// 58 mm: 32 columns, 384 dots.
    #[serde(rename = "58mm")]
    Mm58,
    /// 80 mm: 48 columns, 576 dots.
    #[serde(rename = "80mm")]
    Mm80,
}

impl PaperWidth {
    /// How many letters of the printer's own font (12 dots each) stand on a line.
    pub const fn columns(self) -> usize {
        match self {
            Self::Mm58 => 32,
            Self::Mm80 => 48,
        }
    }

    /// How many dots the printing head has.
    pub const fn dots(self) -> usize {
        self.columns() * CELL_WIDTH
    }
}

/// Dots across a letter of the printer's own font (font A).
pub(crate) const CELL_WIDTH: usize = 12;
/// Dots down a letter of the printer's own font.
pub(crate) const CELL_HEIGHT: usize = 24;
/// Dots from one line of text to the next, as printers have it after a reset.
pub(crate) const LINE_HEIGHT: usize = 30;
