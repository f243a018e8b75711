//! The inside of the simulated printer: commands -> what stands on the paper.

use super::command::{Command, Justify, Parsed, Qr, parse};
use super::receipt::{PaperRow, SimReceipt, TextRow};
use super::text::decode_byte;
use crate::printer::PaperWidth;
use crate::printer::bitmap::Bitmap;

/// A printer after it was switched on, with an empty roll.
#[derive(Debug)]
pub(super) struct Machine {
    width: PaperWidth,
    /// What came and is not yet a whole command.
    input: Vec<u8>,
    code_page: u8,
    two_bytes: bool,
    bold: bool,
    size: (usize, usize),
    justify: Justify,
    qr: QrState,
    /// What stands in the print buffer and is printed at the end of the line.
    line: TextRow,
    paper: SimReceipt,
    /// Lines and images printed since it was made.
    pub(super) printed_rows: usize,
}

#[derive(Debug)]
struct QrState {
    module: u8,
    correction: qrcode::EcLevel,
    data: Option<Vec<u8>>,
}

impl Default for QrState {
    fn default() -> Self {
        Self { module: 3, correction: qrcode::EcLevel::L, data: None }
    }
}

/// What a command does beside printing.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Nothing,
    Cut(SimReceipt),
    Kick,
    AskNow(u8),
    AskInTurn(u8),
}

impl Machine {
    pub(super) fn new(width: PaperWidth) -> Self {
        Self {
            width,
            input: Vec::new(),
            code_page: 0,
            two_bytes: true,
            bold: false,
            size: (1, 1),
            justify: Justify::Left,
            qr: QrState::default(),
            line: TextRow::default(),
            paper: SimReceipt::new(width),
            printed_rows: 0,
        }
    }

    pub(super) fn receive(&mut self, bytes: &[u8]) {
        self.input.extend_from_slice(bytes);
    }

    /// The next whole command of what came.
    pub(super) fn next_command(&mut self) -> Option<Command> {
        let mut at = 0;
        let command = loop {
            match parse(&self.input[at..]) {
                Parsed::Incomplete => break None,
                Parsed::Command(command, length) => {
                    at += length;
                    break Some(command);
                }
                Parsed::Wrong(problem, length) => {
                    at = self.input.len().min(at + length);
                    self.paper.problems.push(problem);
                }
            }
        };
        self.input.drain(..at);
        command
    }

    /// The end of a connection, or of a file: a command that has only begun will never be whole.
    pub(super) fn end_of_input(&mut self) {
        if !self.input.is_empty() {
            let problem = format!("the data ended in the middle of a command: {:02x?}", &self.input[..self.input.len().min(8)]);
            self.paper.problems.push(problem);
            self.input.clear();
        }
    }

    /// What hangs out of the printer and is not cut off yet.
    pub(super) fn uncut(&self) -> SimReceipt {
        let mut paper = self.paper.clone();
        if !self.line.is_empty() {
            paper.rows.push(PaperRow::Text(self.line.clone()));
        }
        paper
    }

    /// Off and on again: what was in its buffers is gone, the paper stays.
    pub(super) fn lose_power(&mut self) {
        self.input.clear();
        self.initialize();
    }

    pub(super) fn execute(&mut self, command: Command) -> Effect {
        match command {
            Command::Text(byte) => self.put(byte),
            Command::LineFeed => self.feed_lines(1),
            Command::FeedLines(lines) => self.feed_lines(lines),
            Command::FeedDots(dots) => self.feed_dots(dots),
            Command::Initialize => self.initialize(),
            Command::TwoBytes(two) => self.two_bytes = two,
            Command::CodePage(page) => self.code_page = page,
            Command::Bold(bold) => self.bold = bold,
            Command::Size { across, down } => self.size = (across, down),
            Command::Justify(justify) => {
                self.only_at_line_start("ESC a");
                self.justify = justify;
            }
            Command::Raster { across, down, bytes_per_row, rows, dots } => {
                self.only_at_line_start("GS v 0");
                self.print_raster(across, down, bytes_per_row, rows, dots);
            }
            Command::Qr(step) => self.qr(step),
            Command::DrawerKick => {
                self.paper.drawer_kicks += 1;
                return Effect::Kick;
            }
            Command::Cut { feed } => {
                self.only_at_line_start("GS V");
                self.feed_dots(feed);
                let mut receipt = std::mem::replace(&mut self.paper, SimReceipt::new(self.width));
                receipt.cut = true;
                return Effect::Cut(receipt);
            }
            Command::StatusNow(n) => return Effect::AskNow(n),
            Command::StatusInTurn(n) => return Effect::AskInTurn(n),
            Command::Nothing => {}
        }
        Effect::Nothing
    }

    fn initialize(&mut self) {
        // Like the cheap ones that are sold everywhere: two bytes a character until told otherwise.
        (self.code_page, self.two_bytes, self.bold, self.size, self.justify) = (0, true, false, (1, 1), Justify::Left);
        self.qr = QrState::default();
        self.line = TextRow::default();
    }

    fn put(&mut self, byte: u8) {
        if self.two_bytes && byte >= 0x80 {
            self.paper.problems.push(format!("byte {byte:#04x} begins a Chinese character on many printers: FS . must come first"));
        }
        let c = decode_byte(self.code_page, byte).unwrap_or_else(|| {
            self.paper.problems.push(format!("byte {byte:#04x} stands for nothing known in code page {}", self.code_page));
            '\u{FFFD}'
        });
        // A printer starts a new line by itself when one is full.
        if self.line.columns() + self.size.0 > self.width.columns() {
            self.print_line();
        }
        self.line.push(c, self.bold, self.size, self.justify);
    }

    fn feed_lines(&mut self, lines: u8) {
        let mut lines = lines;
        if !self.line.is_empty() {
            self.print_line();
            lines = lines.saturating_sub(1);
        }
        self.paper.rows.extend((0..lines).map(|_| PaperRow::Text(TextRow::default())));
    }

    fn feed_dots(&mut self, dots: u8) {
        if !self.line.is_empty() {
            self.print_line();
        }
        if dots > 0 {
            self.paper.rows.push(PaperRow::Feed(usize::from(dots)));
        }
    }

    fn print_line(&mut self) {
        self.printed_rows += 1;
        self.paper.rows.push(PaperRow::Text(std::mem::take(&mut self.line)));
    }

    fn only_at_line_start(&mut self, command: &str) {
        if !self.line.is_empty() {
            self.paper.problems.push(format!("{command} is obeyed only at the start of a line, and a line has begun"));
        }
    }

    fn print_raster(&mut self, across: usize, down: usize, bytes_per_row: usize, rows: usize, dots: Vec<u8>) {
        if dots.windows(2).any(|pair| pair[0] == 0x10 && matches!(pair[1], 0x04 | 0x05 | 0x14)) {
            self.paper.problems.push("an image holds bytes that some printers obey as a real-time command".to_owned());
        }
        if bytes_per_row * 8 * across > self.width.dots() {
            self.paper.problems.push(format!("an image of {} dots is wider than the paper", bytes_per_row * 8 * across));
        }
        let Some(image) = Bitmap::try_from_bytes(bytes_per_row * 8, rows, dots) else { return };
        let mut scaled = Bitmap::new((image.width() * across).min(self.width.dots()), rows * down);
        scaled.stamp(&image, (0, 0), across, down);
        self.printed_rows += 1;
        self.paper.rows.push(PaperRow::Image { image: scaled, justify: self.justify });
    }

    fn qr(&mut self, step: Qr) {
        match step {
            Qr::Model2 => {}
            Qr::Module(dots) => self.qr.module = dots,
            Qr::Correction(level) => self.qr.correction = level,
            Qr::Store(data) => self.qr.data = Some(data),
            Qr::Print => self.print_qr(),
        }
    }

    fn print_qr(&mut self) {
        self.only_at_line_start("GS ( k");
        let Some(data) = self.qr.data.clone() else {
            self.paper.problems.push("a QR code is to be printed but none was stored".to_owned());
            return;
        };
        let Ok(code) = qrcode::QrCode::with_error_correction_level(&data, self.qr.correction) else {
            self.paper.problems.push(format!("{} bytes do not fit into a QR code", data.len()));
            return;
        };
        let module = usize::from(self.qr.module);
        let mut image = Bitmap::new(code.width() * module, code.width() * module);
        if image.width() > self.width.dots() {
            self.paper.problems.push(format!("a QR code of {} dots is wider than the paper", image.width()));
        }
        let mut dots = Bitmap::new(code.width(), code.width());
        let places = (0..code.width()).flat_map(|y| (0..code.width()).map(move |x| (x, y)));
        for (x, y) in places.filter(|place| code[*place] == qrcode::Color::Dark) {
            dots.blacken(x, y);
        }
        image.stamp(&dots, (0, 0), module, module);
        self.printed_rows += 1;
        self.paper.rows.push(PaperRow::Qr { data, image, justify: self.justify });
    }
}
