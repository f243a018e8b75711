//! What a printer says about itself: the status bytes of `DLE EOT n` and `GS r 1`.

/// Asks, ahead of all that waits, whether the printer is online (1), why it is not (2) or how the roll is (4).
pub(super) const fn ask_now(n: u8) -> [u8; 3] {
    [0x10, 0x04, n]
}

pub(super) const ONLINE: u8 = 1;
pub(super) const CAUSE: u8 = 2;
pub(super) const ROLL: u8 = 4;

/// Asks, in turn with the job, how the roll is: the answer says that what came before has been worked off.
pub(super) const ASK_IN_TURN: [u8; 3] = [0x1D, b'r', 1];

/// One byte that a printer sent on its own or when asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// To `DLE EOT n`.
    Now(u8),
    /// To `GS r 1`.
    InTurn(u8),
}

/// Tells the answers apart in what a printer sends, by the bits that are fixed in each.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// Bytes left of an automatic status that nobody asked for.
    unasked: u8,
}

impl Answers {
    pub(super) fn read(&mut self, byte: u8) -> Option<Answer> {
        if self.unasked > 0 {
            self.unasked -= 1;
            return None;
        }
        match byte {
            _ if byte & 0x93 == 0x12 => Some(Answer::Now(byte)),
            // An automatic status is four bytes, of which only the first can be told from others.
            _ if byte & 0x93 == 0x10 => {
                self.unasked = 3;
                None
            }
            _ if byte & 0x90 == 0x00 => Some(Answer::InTurn(byte)),
            _ => None,
        }
    }
}

/// Whether a printer can print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Ready,
    CoverOpen,
    OutOfPaper,
    Fault,
}

/// What the three answers to [`ONLINE`], [`CAUSE`] and [`ROLL`] mean together.
pub(super) fn condition(online: u8, cause: u8, roll: u8) -> Condition {
    // An open cover lifts the paper off its sensor: it is the cause then.
    if cause & 0x04 != 0 {
        Condition::CoverOpen
    } else if cause & 0x20 != 0 || roll & 0x60 != 0 {
        Condition::OutOfPaper
    } else if cause & 0x40 != 0 || online & 0x08 != 0 {
        Condition::Fault
    } else {
        Condition::Ready
    }
}

/// What the answer to [`ASK_IN_TURN`] says of the roll: that it is at its end, and that it soon will be.
pub(super) fn roll_after_job(answer: u8) -> (bool, bool) {
    (answer & 0x0C != 0, answer & 0x03 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart_by_their_fixed_bits() {
        let mut answers = Answers::default();
        let sent = [0x12, 0x00, 0x10, 0x00, 0x00, 0x0F, 0x03, 0x1A, 0xFF];
        let read: Vec<_> = sent.into_iter().filter_map(|byte| answers.read(byte)).collect();
        assert_eq!(read, [Answer::Now(0x12), Answer::InTurn(0x00), Answer::InTurn(0x03), Answer::Now(0x1A)]);
    }

    #[test]
    fn what_keeps_a_printer_from_printing_is_named() {
        assert_eq!(condition(0x12, 0x12, 0x12), Condition::Ready);
        assert_eq!(condition(0x12, 0x12, 0x1E), Condition::Ready, "a roll near its end still prints");
        assert_eq!(condition(0x1A, 0x32, 0x7E), Condition::OutOfPaper);
        assert_eq!(condition(0x1A, 0x36, 0x72), Condition::CoverOpen);
        assert_eq!(condition(0x1A, 0x52, 0x12), Condition::Fault);
        assert_eq!(condition(0x1A, 0x12, 0x12), Condition::Fault);
    }
}
