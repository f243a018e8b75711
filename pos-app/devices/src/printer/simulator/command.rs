//! The grammar of ESC/POS: bytes -> commands, each with its parameters held against the ranges of the published command reference.

/// What a printer is asked to do, as far as a receipt asks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Text(u8),
    LineFeed,
    Initialize,
    CodePage(u8),
    /// Whether two bytes from 0x80 on are one (Chinese, Japanese or Korean) character.
    TwoBytes(bool),
    Bold(bool),
    Size {
        across: usize,
        down: usize,
    },
    Justify(Justify),
    FeedLines(u8),
    FeedDots(u8),
    Raster {
        across: usize,
        down: usize,
        bytes_per_row: usize,
        rows: usize,
        dots: Vec<u8>,
    },
    Qr(Qr),
    DrawerKick,
    Cut {
        feed: u8,
    },
    StatusNow(u8),
    StatusInTurn(u8),
    /// Allowed, and without effect on what is read or seen.
    Nothing,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Justify {
    #[default]
    Left,
    Centre,
    Right,
}

/// A step of printing a QR code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Qr {
    Model2,
    Module(u8),
    Correction(qrcode::EcLevel),
    Store(Vec<u8>),
    Print,
}

/// What the beginning of some bytes is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Parsed {
    /// A command of so many bytes.
    Command(Command, usize),
    /// So many bytes that the reference does not know, or not so.
    Wrong(String, usize),
    /// The beginning of something whose rest is yet to come.
    Incomplete,
}

const ESC: u8 = 0x1B;
const FS: u8 = 0x1C;
const GS: u8 = 0x1D;
const DLE: u8 = 0x10;

/// Reads the first command.
pub(super) fn parse(bytes: &[u8]) -> Parsed {
    match bytes {
        [] | [ESC | FS | GS | DLE] => Parsed::Incomplete,
        [ESC, name, parameters @ ..] => esc(*name, parameters),
        [GS, name, parameters @ ..] => gs(*name, parameters),
        [FS, name @ (b'.' | b'&'), ..] => done(Command::TwoBytes(*name == b'&'), 0),
        [FS, name, ..] => wrong("FS", *name, &[], 0),
        [DLE, 0x04, n, ..] if matches!(n, 1..=4) => Parsed::Command(Command::StatusNow(*n), 3),
        [DLE, 0x04] => Parsed::Incomplete,
        [DLE, 0x04, n, ..] => Parsed::Wrong(format!("DLE EOT {n}: n must be 1 to 4"), 3),
        [DLE, name, ..] => Parsed::Wrong(format!("DLE {name:#04x} is no command known here"), 2),
        [b'\n', ..] => Parsed::Command(Command::LineFeed, 1),
        [b'\r', ..] => Parsed::Command(Command::Nothing, 1),
        [byte @ (0x20..=0x7E | 0x80..), ..] => Parsed::Command(Command::Text(*byte), 1),
        [byte, ..] => Parsed::Wrong(format!("the control byte {byte:#04x} is no command known here"), 1),
    }
}

fn esc(name: u8, parameters: &[u8]) -> Parsed {
    match (name, parameters) {
        (b'@', _) => done(Command::Initialize, 0),
        (b'2', _) => done(Command::Nothing, 0),
        (b'E' | b't' | b'a' | b'd' | b'J' | b'M' | b'-' | b'3', []) => Parsed::Incomplete,
        (b'3', _) => done(Command::Nothing, 1),
        (b'E', [n, ..]) => done(Command::Bold(n & 1 == 1), 1),
        (b't', [n @ (0..=5 | 11..=21 | 26 | 30..=53 | 254 | 255), ..]) => done(Command::CodePage(*n), 1),
        (b'a', [0 | b'0', ..]) => done(Command::Justify(Justify::Left), 1),
        (b'a', [1 | b'1', ..]) => done(Command::Justify(Justify::Centre), 1),
        (b'a', [2 | b'2', ..]) => done(Command::Justify(Justify::Right), 1),
        (b'd', [n, ..]) => done(Command::FeedLines(*n), 1),
        (b'J', [n, ..]) => done(Command::FeedDots(*n), 1),
        (b'M', [0 | b'0', ..]) | (b'-', [0 | b'0', ..]) => done(Command::Nothing, 1),
        (b't' | b'a' | b'M' | b'-', [n, ..]) => wrong("ESC", name, &[*n], 1),
        (b'p', [0 | 1 | b'0' | b'1', _, _, ..]) => done(Command::DrawerKick, 3),
        (b'p', [m, _, _, ..]) => wrong("ESC", name, &[*m], 3),
        (b'p', _) => Parsed::Incomplete,
        _ => wrong("ESC", name, &[], 0),
    }
}

fn gs(name: u8, parameters: &[u8]) -> Parsed {
    match (name, parameters) {
        (b'!' | b'V' | b'r' | b'a', []) => Parsed::Incomplete,
        (b'!', [n, ..]) if n & 0x88 == 0 => done(Command::Size { across: usize::from(n >> 4) + 1, down: usize::from(n & 0x0F) + 1 }, 1),
        (b'V', [0 | 1 | b'0' | b'1', ..]) => done(Command::Cut { feed: 0 }, 1),
        (b'V', [65 | 66]) => Parsed::Incomplete,
        (b'V', [65 | 66, feed, ..]) => done(Command::Cut { feed: *feed }, 2),
        (b'r', [n @ (1 | 2 | b'1' | b'2'), ..]) => done(Command::StatusInTurn(n & 0x0F), 1),
        (b'a', [0, ..]) => done(Command::Nothing, 1),
        (b'!' | b'V' | b'r' | b'a', [n, ..]) => wrong("GS", name, &[*n], 1),
        (b'v', _) => raster(parameters),
        (b'(', [b'k', rest @ ..]) => two_dimensional(rest),
        (b'(', []) => Parsed::Incomplete,
        (b'(', [function, ..]) => wrong("GS", name, &[*function], 1),
        _ => wrong("GS", name, &[], 0),
    }
}

/// `GS v 0 m xL xH yL yH dots`.
fn raster(parameters: &[u8]) -> Parsed {
    let [zero, m, across_low, across_high, down_low, down_high, rest @ ..] = parameters else { return Parsed::Incomplete };
    let bytes_per_row = usize::from(u16::from_le_bytes([*across_low, *across_high]));
    let rows = usize::from(u16::from_le_bytes([*down_low, *down_high]));
    let (across, down) = match m & 0x0F {
        0 => (1, 1),
        1 => (2, 1),
        2 => (1, 2),
        _ => (2, 2),
    };
    if *zero != b'0' || !matches!(m, 0..=3 | b'0'..=b'3') || bytes_per_row == 0 || !(1..=2303).contains(&rows) {
        return wrong("GS", b'v', &parameters[..6], 6);
    }
    match rest.get(..bytes_per_row * rows) {
        None => Parsed::Incomplete,
        Some(dots) => done(Command::Raster { across, down, bytes_per_row, rows, dots: dots.to_vec() }, 6 + dots.len()),
    }
}

/// `GS ( k pL pH cn fn parameters`, of which only QR codes (cn = 49) are known here.
fn two_dimensional(rest: &[u8]) -> Parsed {
    let [low, high, rest @ ..] = rest else { return Parsed::Incomplete };
    let length = usize::from(u16::from_le_bytes([*low, *high]));
    let Some(function) = rest.get(..length) else { return Parsed::Incomplete };
    let qr = match function {
        [49, 65, 50, 0] => Some(Qr::Model2),
        [49, 67, n @ 1..=16] => Some(Qr::Module(*n)),
        [49, 69, 48] => Some(Qr::Correction(qrcode::EcLevel::L)),
        [49, 69, 49] => Some(Qr::Correction(qrcode::EcLevel::M)),
        [49, 69, 50] => Some(Qr::Correction(qrcode::EcLevel::Q)),
        [49, 69, 51] => Some(Qr::Correction(qrcode::EcLevel::H)),
        [49, 80, 48, data @ ..] if (1..=7089).contains(&data.len()) => Some(Qr::Store(data.to_vec())),
        [49, 81, 48] => Some(Qr::Print),
        _ => None,
    };
    match qr {
        Some(qr) => done(Command::Qr(qr), 3 + length),
        None => wrong("GS ( k", b' ', &function[..length.min(8)], 3 + length),
    }
}

/// A command with so many bytes of parameters after its prefix and name.
fn done(command: Command, parameters: usize) -> Parsed {
    Parsed::Command(command, 2 + parameters)
}

fn wrong(prefix: &str, name: u8, shown: &[u8], parameters: usize) -> Parsed {
    let name = if name.is_ascii_graphic() { char::from(name).to_string() } else { format!("{name:#04x}") };
    Parsed::Wrong(format!("{prefix} {name} {shown:?}: no such command, or a parameter out of its range"), 2 + parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_waits_for_all_its_bytes() {
        let whole = [0x1D, b'v', b'0', 0, 1, 0, 2, 0, 0xAA, 0x55];
        for cut in 0..whole.len() {
            assert_eq!(parse(&whole[..cut]), Parsed::Incomplete, "{cut}");
        }
        let raster = Command::Raster { across: 1, down: 1, bytes_per_row: 1, rows: 2, dots: vec![0xAA, 0x55] };
        assert_eq!(parse(&whole), Parsed::Command(raster, 10));
    }

    #[test]
    fn what_the_reference_does_not_allow_is_wrong() {
        let wrong: [&[u8]; 9] = [
            &[0x00],
            &[0x1B, b'a', 3],
            &[0x1B, b't', 22],
            &[0x1B, b'Q'],
            &[0x1D, b'!', 0x08],
            &[0x1D, b'V', 2],
            &[0x10, 0x04, 9],
            &[0x1D, b'v', b'0', 0, 1, 0, 0, 0],
            &[0x1D, b'(', b'k', 3, 0, 49, 67, 17],
        ];
        for bytes in wrong {
            assert!(matches!(parse(bytes), Parsed::Wrong(..)), "{bytes:02x?}");
        }
    }
}
