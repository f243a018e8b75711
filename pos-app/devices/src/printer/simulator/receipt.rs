use super::command::Justify;
use super::picture;
use crate::printer::PaperWidth;
use crate::printer::bitmap::Bitmap;

/// One piece of paper that came out of the simulated printer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimReceipt {
    pub(super) width: PaperWidth,
    pub(super) rows: Vec<PaperRow>,
    /// What the published command reference does not allow in what was sent; empty when all is well.
    pub problems: Vec<String>,
    /// How often the drawer was opened by the same job, since the piece of paper before.
    pub drawer_kicks: usize,
    /// Whether it was cut off; what was not still hangs out of the printer.
    pub cut: bool,
}

/// What stands on a piece of paper, from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PaperRow {
    /// A line in the printer's own letters; empty for an empty line.
    Text(TextRow),
    /// White paper, so many dots.
    Feed(usize),
    Image {
        image: Bitmap,
        justify: Justify,
    },
    Qr {
        data: Vec<u8>,
        image: Bitmap,
        justify: Justify,
    },
}

/// A line in the printer's own letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TextRow {
    pub(super) letters: Vec<Letter>,
    pub(super) justify: Justify,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) c: char,
    pub(super) bold: bool,
    /// How many times as wide and as high as usual.
    pub(super) size: (usize, usize),
}

impl TextRow {
    pub(super) fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// How many columns of the paper it takes.
    pub(super) fn columns(&self) -> usize {
        self.letters.iter().map(|letter| letter.size.0).sum()
    }

    pub(super) fn push(&mut self, c: char, bold: bool, size: (usize, usize), justify: Justify) {
        self.justify = justify;
        self.letters.push(Letter { c, bold, size });
    }

    fn text(&self, columns: usize) -> String {
        let free = columns.saturating_sub(self.columns());
        let indent = match self.justify {
            Justify::Left => 0,
            Justify::Centre => free / 2,
            Justify::Right => free,
        };
        let text: String = self.letters.iter().map(|letter| letter.c).collect();
        format!("{}{text}", " ".repeat(indent)).trim_end().to_owned()
    }
}

impl SimReceipt {
    pub(super) fn new(width: PaperWidth) -> Self {
        Self { width, rows: Vec::new(), problems: Vec::new(), drawer_kicks: 0, cut: false }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.rows.is_empty() && self.problems.is_empty() && self.drawer_kicks == 0
    }

    /// What a person reads on it, line by line; an image is `[image WxH]`, a QR code `[QR data]`.
    pub fn text(&self) -> String {
        let lines = self.rows.iter().filter_map(|row| match row {
            PaperRow::Text(row) => Some(row.text(self.width.columns())),
            PaperRow::Feed(_) => None,
            PaperRow::Image { image, .. } => Some(format!("[image {}x{}]", image.width(), image.height())),
            PaperRow::Qr { data, .. } => Some(format!("[QR {}]", String::from_utf8_lossy(data))),
        });
        lines.map(|line| line + "\n").collect()
    }

    /// The images on it, from top to bottom, without the QR codes.
    pub fn images(&self) -> Vec<&Bitmap> {
        let images = self.rows.iter().filter_map(|row| match row {
            PaperRow::Image { image, .. } => Some(image),
            PaperRow::Text(_) | PaperRow::Feed(_) | PaperRow::Qr { .. } => None,
        });
        images.collect()
    }

    /// What its QR codes hold, from top to bottom.
    pub fn qr_codes(&self) -> Vec<&[u8]> {
        let codes = self.rows.iter().filter_map(|row| match row {
            PaperRow::Qr { data, .. } => Some(data.as_slice()),
            PaperRow::Text(_) | PaperRow::Feed(_) | PaperRow::Image { .. } => None,
        });
        codes.collect()
    }

    /// How it looks, as a PNG picture with one pixel a dot.
    ///
    /// # Errors
    /// When the picture cannot be encoded.
    pub fn png(&self) -> Result<Vec<u8>, image::ImageError> {
        picture::png(self)
    }
}
