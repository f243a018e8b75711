//! What stands around a till: today the receipt printer, with the drawer that hangs on it.
//!
//! A [`Printer`] takes a [`duka_api::print::Document`] and says `Printed` only when the device said so. It blocks while the device
//! works, so the till calls it from the printer's own thread; the durable queue in front of it is the till engine's.
//! [`simulator::PrinterSimulator`] is a printer that tests and demonstrations plug in.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]

mod printer;

pub use printer::{Doubt, PaperWidth, Printed, Printer, PrinterConfig, PrinterError, RenderError, Timeouts, layout, render, simulator};
