//! Document -> bytes that a printer understands, through the `escpos` crate.
//!
//! Three of its commands are written out here instead: its drawer pulse leaves the two times out, so that the printer takes the next two
//! bytes for them; its images go through an encoded picture; its text goes out as UTF-8 where the code page ends (see `code_page`).

use std::cell::RefCell;

use duka_api::print::{Align, Direction, Document, Style};
use escpos::driver::Driver;
use escpos::errors::PrinterError as CommandError;
use escpos::printer::Printer;
use escpos::printer_options::PrinterOptions;
use escpos::utils::{JustifyMode, Protocol, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption};
use qrcode::{EcLevel, QrCode};

use super::bitmap::Bitmap;
use super::code_page;
use super::layout::{Line, Row, lay_out};
use super::typeset::Typesetter;
use super::{PaperWidth, RenderError};

/// Reads each byte as a character (`FS .`): printers made for Chinese take two from 0x80 on for one until they are told not to.
const ONE_BYTE_A_CHARACTER: &[u8] = &[0x1C, b'.'];
/// Opens the drawer on pin 2: 50 ms on, 500 ms off, in steps of 2 ms.
const KICK_DRAWER: &[u8] = &[0x1B, b'p', 0, 25, 250];
/// The longest QR code that the narrow paper holds in dots that a telephone can read.
const QR_LIMIT: usize = 700;
/// The largest module of a QR code, in dots: 0.75 mm.
const QR_MODULE: u8 = 6;
/// The modules that must stay white on each side.
const QR_QUIET: u8 = 4;

/// Puts a document into printer commands: drawer first, then its rows, cut last. Nothing to print is nothing to cut.
///
/// # Errors
/// [`RenderError`] for a QR code that cannot be printed.
pub fn render(document: &Document, width: PaperWidth) -> Result<Vec<u8>, RenderError> {
    let columns = u8::try_from(width.columns()).unwrap_or(u8::MAX);
    let options = PrinterOptions::new(None, None, columns);
    let mut job = Job { printer: Printer::new(Bytes::default(), Protocol::default(), Some(options)), width };
    job.printer.init()?.custom(ONE_BYTE_A_CHARACTER)?.page_code(code_page::PAGE)?;
    if document.kick_drawer {
        job.printer.custom(KICK_DRAWER)?;
    }
    for row in lay_out(document, width) {
        job.row(&row)?;
    }
    if document.blocks.is_empty() {
        job.printer.print()?;
    } else {
        job.printer.print_cut()?;
    }
    Ok(job.printer.driver().0.into_inner())
}

struct Job {
    printer: Printer<Bytes>,
    width: PaperWidth,
}

impl Job {
    fn row(&mut self, row: &Row) -> Result<(), RenderError> {
        match row {
            Row::Line(line) => match in_code_page(line, self.width) {
                Some(text) => self.text(&text, line.style)?,
                None => self.image(&Typesetter::shared().line(line, self.width.dots()))?,
            },
            Row::Rule => self.text(&b"-".repeat(self.width.columns()), Style::default())?,
            Row::Feed(0) => {}
            Row::Feed(lines) => {
                self.printer.feeds(*lines)?;
            }
            Row::Qr(data) => self.qr(data)?,
        }
        Ok(())
    }

    fn text(&mut self, text: &[u8], style: Style) -> Result<(), CommandError> {
        let printer = &mut self.printer;
        let centred = style.align == Align::Centre;
        if centred {
            printer.justify(JustifyMode::CENTER)?;
        }
        if style.strong {
            printer.bold(true)?;
        }
        if style.large {
            printer.size(2, 2)?;
        }
        printer.custom(text)?.feed()?;
        if style.large {
            printer.reset_size()?;
        }
        if style.strong {
            printer.bold(false)?;
        }
        if centred {
            printer.justify(JustifyMode::LEFT)?;
        }
        Ok(())
    }

    fn image(&mut self, image: &Bitmap) -> Result<(), RenderError> {
        let too_large = |_| RenderError::Command { reason: "an image is larger than a printer takes".to_owned() };
        let [across, across_high] = u16::try_from(image.width().div_ceil(8)).map_err(too_large)?.to_le_bytes();
        let [down, down_high] = u16::try_from(image.height()).map_err(too_large)?.to_le_bytes();
        self.printer.custom(&[0x1D, b'v', b'0', 0, across, across_high, down, down_high])?;
        self.printer.custom(&without_real_time_commands(image.bytes()))?;
        Ok(())
    }

    fn qr(&mut self, data: &str) -> Result<(), RenderError> {
        let module = module_dots(data, self.width)?;
        let quiet = [0x1B, b'J', module * QR_QUIET];
        let option = QRCodeOption::new(QRCodeModel::Model2, module, QRCodeCorrectionLevel::M);
        self.printer.custom(&quiet)?.justify(JustifyMode::CENTER)?.qrcode_option(data, option)?;
        self.printer.justify(JustifyMode::LEFT)?.custom(&quiet)?;
        Ok(())
    }
}

/// The line as the printer's own letters print it, or nothing when they cannot.
fn in_code_page(line: &Line, width: PaperWidth) -> Option<Vec<u8>> {
    if line.reads == Direction::RightToLeft && !line.start.is_empty() {
        return None;
    }
    let (mut words, mut indent) = (code_page::encode(line.words())?, vec![b' '; line.indent()]);
    let end = code_page::encode(&line.end)?;
    let (left, right) = if line.direction == Direction::RightToLeft {
        words.append(&mut indent);
        (end, words)
    } else {
        indent.append(&mut words);
        (indent, end)
    };
    if line.style.align == Align::Centre {
        return Some([left, right].concat());
    }
    let mut text = left;
    if !right.is_empty() {
        let columns = if line.style.large { width.columns() / 2 } else { width.columns() };
        text.resize(columns.saturating_sub(right.len()).max(text.len()), b' ');
        text.extend(right);
    }
    Some(text)
}

/// The dots with a neighbour blackened wherever they would spell `DLE EOT`, `DLE ENQ` or `DLE DC4`: some printers obey these anywhere,
/// and the last one opens the drawer.
fn without_real_time_commands(dots: &[u8]) -> Vec<u8> {
    let mut dots = dots.to_vec();
    for at in 1..dots.len() {
        if dots[at - 1] == 0x10 && matches!(dots[at], 0x04 | 0x05 | 0x14) {
            dots[at - 1] = 0x18;
        }
    }
    dots
}

/// How many dots a module of the code may have so that it fits on the paper.
fn module_dots(data: &str, width: PaperWidth) -> Result<u8, RenderError> {
    let too_long = RenderError::QrTooLong { bytes: data.len() };
    if data.is_empty() {
        return Err(RenderError::QrEmpty);
    }
    if data.len() > QR_LIMIT {
        return Err(too_long);
    }
    let code = QrCode::with_error_correction_level(data, EcLevel::M).map_err(|_| too_long)?;
    let room = width.dots() / (code.width() + 2 * usize::from(QR_QUIET));
    Ok(u8::try_from(room).unwrap_or(QR_MODULE).min(QR_MODULE))
}

/// Keeps what the encoder writes.
#[derive(Default)]
struct Bytes(RefCell<Vec<u8>>);

impl Driver for Bytes {
    fn name(&self) -> String {
        "memory".to_owned()
    }

    fn write(&self, data: &[u8]) -> Result<(), CommandError> {
        self.0.borrow_mut().extend_from_slice(data);
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> Result<usize, CommandError> {
        Ok(0)
    }

    fn flush(&self) -> Result<(), CommandError> {
        Ok(())
    }
}

impl From<CommandError> for RenderError {
    fn from(error: CommandError) -> Self {
        Self::Command { reason: error.to_string() }
    }
}

#[cfg(test)]
mod tests;
