//! The receipt printer: document -> [`layout`] -> ESC/POS bytes -> network or file.

mod address;
mod bitmap;
mod clean;
mod code_page;
mod error;
mod escpos;
mod file;
pub mod layout;
mod paper;
pub mod simulator;
mod status;
mod tcp;
mod typeset;
mod wrap;

use std::path::PathBuf;
use std::time::Duration;

use duka_api::print::Document;

pub use self::error::{Doubt, PrinterError, RenderError};
pub use self::escpos::render;
pub use self::paper::PaperWidth;

/// Where a printer is and how wide its paper is, as the till's settings keep it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum PrinterConfig {
    /// A network printer.
    Tcp {
        /// A host name or an IP address, with `:port` when it is not 9100.
        address: String,
        /// How wide its paper is.
        width: PaperWidth,
    },
    /// A file that receives the bytes one after another, for shops that print by other means and for tests.
    File {
        /// Where it is; made when it does not exist, in a folder that must.
        path: PathBuf,
        /// For what width it is laid out.
        width: PaperWidth,
    },
}

/// How long a network printer may take for each step before it counts as silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// To accept a connection, per address that its name stands for. Looking the name up is the system's and has its own limit.
    pub connect: Duration,
    /// To take the next part of a job; a printer whose paper ran out takes nothing.
    pub write: Duration,
    /// To say how it is before a job. Some never do; they get the job anyway.
    pub status: Duration,
    /// To say that a job is done.
    pub finish: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            write: Duration::from_secs(10),
            status: Duration::from_secs(1),
            finish: Duration::from_secs(20),
        }
    }
}

/// Proof that a document is on paper (or safe in its file): the device said so after its last byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Printed {
    /// Whether the roll will soon be at its end.
    pub paper_low: bool,
}

/// A receipt printer; what is printed on it waits until the device has answered.
#[derive(Clone, Debug)]
pub struct Printer {
    config: PrinterConfig,
    timeouts: Timeouts,
}

impl Printer {
    /// A printer with the usual time-outs; nothing is connected before something is printed.
    pub fn new(config: PrinterConfig) -> Self {
        Self { config, timeouts: Timeouts::default() }
    }

    /// The same printer with other time-outs.
    #[must_use]
    pub fn with_timeouts(self, timeouts: Timeouts) -> Self {
        Self { timeouts, ..self }
    }

    /// Prints a document, opening the drawer first when it asks for that.
    ///
    /// # Errors
    /// [`PrinterError::may_be_on_paper`] tells those after which the document must not simply be sent again.
    pub fn print(&self, document: &Document) -> Result<Printed, PrinterError> {
        match &self.config {
            PrinterConfig::Tcp { address, width } => tcp::print(address, &render(document, *width)?, self.timeouts),
            PrinterConfig::File { path, width } => file::append(path, &render(document, *width)?),
        }
    }

    /// Asks whether it could print now, for a settings screen; a file always can.
    ///
    /// # Errors
    /// As for [`Printer::print`]; a printer that is reached but never tells its status is [`PrinterError::Unconfirmed`].
    pub fn check(&self) -> Result<(), PrinterError> {
        match &self.config {
            PrinterConfig::Tcp { address, .. } => tcp::check(address, self.timeouts),
            PrinterConfig::File { .. } => Ok(()),
        }
    }
}
