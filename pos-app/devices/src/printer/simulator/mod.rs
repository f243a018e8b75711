//! A receipt printer made of software: it listens like one, speaks ESC/POS, answers for its status, can be made to fail, and tells what
//! came out of it as text and as a picture. For tests and for demonstrations.

mod command;
mod machine;
mod picture;
mod receipt;
mod server;
mod text;

use self::machine::{Effect, Machine};
pub use self::receipt::SimReceipt;
pub use self::server::{Fault, PrinterSimulator};
use super::PaperWidth;
pub use super::bitmap::Bitmap;

/// What the bytes of a printer file would print, one receipt a cut; what comes after the last cut is the last, uncut one.
pub fn decode(bytes: &[u8], width: PaperWidth) -> Vec<SimReceipt> {
    let mut machine = Machine::new(width);
    let mut receipts = Vec::new();
    machine.receive(bytes);
    while let Some(command) = machine.next_command() {
        if let Effect::Cut(receipt) = machine.execute(command) {
            receipts.push(receipt);
        }
    }
    machine.end_of_input();
    let rest = machine.uncut();
    if !rest.is_blank() {
        receipts.push(rest);
    }
    receipts
}
