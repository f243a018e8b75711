//! The printer and its queue.

use super::Till;
use crate::print::{self, Decided, PrintError, PrintOutcome};
use duka_api::{
    print::Document,
    till::{Printer, PrinterSettings},
};
use duka_core::PrintJobId;

impl Till {
    /// Sets the printer up, or none with an empty address.
    pub fn printer_set(&mut self, settings: &PrinterSettings) -> Result<Printer, PrintError> {
        self.writer.keep_prints(|tx, queue| queue.set_up_in_tx(tx, settings))?;
        self.writer.wake_printer();
        Ok(self.reader.printer()?)
    }

    /// The oldest document that waits; it counts as being printed from now.
    pub fn print_next(&mut self) -> Result<Option<(PrintJobId, Document)>, PrintError> {
        self.writer.keep_prints(|tx, _| print::next_in_tx(tx))
    }

    /// Says what became of a document. "Printed" is claimed only when the device said so.
    pub fn print_result(&mut self, job: PrintJobId, outcome: &PrintOutcome) -> Result<(), PrintError> {
        self.writer.keep_prints(|tx, _| print::result_in_tx(tx, job, outcome))
    }

    /// Queues a document again that failed or was not confirmed, because a person asked. Asking twice prints once.
    pub fn print_again(&mut self, job: PrintJobId) -> Result<(), PrintError> {
        self.writer.keep_prints(|tx, _| print::decide_in_tx(tx, job, Decided::Again))?;
        self.writer.wake_printer();
        Ok(())
    }

    /// Takes a document that failed or was not confirmed as done, because a person looked.
    pub fn print_leave(&mut self, job: PrintJobId) -> Result<(), PrintError> {
        self.writer.keep_prints(|tx, _| print::decide_in_tx(tx, job, Decided::Leave))
    }
}
