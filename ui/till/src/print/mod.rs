//! The receipt printer: what it is said to do, how it is set up, and what it did not confirm.

mod news;
mod sheet;
mod stuck;

pub use news::PrinterNews;
pub use sheet::PrinterSheet;

use crate::text::{count, t};
use duka_api::till::{Printer, PrinterState};
use duka_ui_kit::Mood;

/// Colour and words for the strip. Never "printed": a printer does not tell.
pub fn printer_words(printer: &Printer) -> (Mood, String) {
    let queued = (printer.queued > 0).then(|| format!(" · {}", count(printer.queued, t().receipt_waiting, t().receipts_waiting)));
    let queued = queued.unwrap_or_default();
    match printer.state {
        PrinterState::None => (Mood::Note, t().no_printer.to_owned()),
        PrinterState::Ready => (Mood::Good, t().printer.to_owned()),
        PrinterState::Printing => (Mood::Note, t().printing.to_owned()),
        PrinterState::Trouble if only_stuck(printer) => (Mood::Warn, format!("{}{queued}", t().printer_stuck)),
        PrinterState::Trouble => (Mood::Warn, format!("{}{queued}", t().printer_trouble)),
    }
}

/// What trouble means, and what is known of it.
pub fn trouble_meaning(printer: &Printer) -> String {
    if only_stuck(printer) {
        return t().printer_stuck_meaning.to_owned();
    }
    [t().printer_trouble_meaning, &printer.detail].join(" ").trim().to_owned()
}

/// Whether all that waits waits for a person, not for the printer.
fn only_stuck(printer: &Printer) -> bool {
    printer.stuck > 0 && printer.stuck == printer.queued
}
